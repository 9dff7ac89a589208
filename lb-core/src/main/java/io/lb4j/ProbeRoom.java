package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.probe.Greeting;
import io.lb4j.internal.probe.ProbeThreads;

/**
 * What the probes of one pool in use share.
 *
 * @param loop the control loop, on which every prober is called and reports
 * @param threads a few daemon threads for what blocks; they start when first used
 * @param greeting what connections to members begin with
 */
record ProbeRoom(EventLoop loop, ProbeThreads threads, Greeting greeting) {
  /** Without a greeting. */
  ProbeRoom(EventLoop loop, ProbeThreads threads) {
    this(loop, threads, Greeting.NONE);
  }
}
