package io.lb4j.internal.probe;

import java.util.function.Consumer;

/** Probes one target, one probe at a time. All methods are called on the control loop's thread. */
public interface Prober {
  /**
   * Begins a probe.
   *
   * @param report told once on the loop's thread, at the latest when the time is over; possibly
   *     before this returns
   */
  void begin(long timeoutNanos, Consumer<ProbeReport> report);

  /** Gives up the present probe, if there is one; it will not report. */
  void abort();
}
