/**
 * One health probe each, and the counting of their results. Knows addresses and outcomes, no
 * members.
 */
package io.lb4j.internal.probe;
