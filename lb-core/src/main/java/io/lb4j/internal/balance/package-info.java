/**
 * Selection arithmetic over indices, weights, loads and keys. No sockets, no members, no threads.
 */
package io.lb4j.internal.balance;
