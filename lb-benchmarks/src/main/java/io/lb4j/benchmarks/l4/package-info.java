/**
 * TCP through real sockets of the loopback interface, with nothing, lb4j or Netty between the same
 * client and the same servers.
 *
 * <p>A message is its length, the length of the reply that it wants, and padding; a reply is only
 * padding. That makes a short request, an echo, an upload and a download all one protocol.
 *
 * <p>Client, servers and what is between them share one JVM and the processors of one machine. So a
 * figure is the cost of the whole way, most of it the kernel's; what is between has to be judged by
 * the difference from {@code direct}, and only figures of one run compare.
 */
package io.lb4j.benchmarks.l4;
