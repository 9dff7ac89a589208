/**
 * lb4j side by side with HAProxy and nginx, each in a process of its own.
 *
 * <p>All proxies are pinned to one processor, the load generator and the server behind the proxies
 * to another. What counts is the processor time that a proxy spends on the same work, and of that
 * the ratio to the best peer in the same round: it moves less than any figure of a single proxy
 * when the machine does something else meanwhile.
 */
package io.lb4j.benchmarks.compare;
