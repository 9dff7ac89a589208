package io.lb4j.benchmarks.compare;

import java.util.Locale;

/** What the load generator does with a proxy, and what a proxy's cost is counted in. */
enum Workload {
  /** Connect, request, reply, close; many at once. */
  SHORT(64, 0, "us per flow"),
  /** Round trips on long-lived flows. */
  ECHO(64, 64, "us per round trip"),
  /** Clients send as fast as they can. */
  UPLOAD(8, 64 * 1024, "s per GB"),
  /** Servers send as fast as they can. */
  DOWNLOAD(8, 0, "s per GB"),
  /** Flows that are open and do nothing after one exchange. */
  IDLE(2000, 100, "B of memory per flow"),
  /** Round trips of datagrams, each client from one port all the while. */
  UDP_ECHO(64, 64, "us per round trip"),
  /** One request and one reply, each time from another port, as DNS stubs do. */
  UDP_SHORT(64, 64, "us per round trip"),
  /** Datagrams without an answer, as those of a log. */
  UDP_BURST(64, 64, "us per datagram");

  private static final int BURST_RATE = 20_000; // a busy machine follows

  private final int flows;
  private final int messageBytes;
  private final String unit;

  Workload(int flows, int messageBytes, String unit) {
    this.flows = flows;
    this.messageBytes = messageBytes;
    this.unit = unit;
  }

  /** How many flows are open at once. */
  int flows() {
    return flows;
  }

  /** What a client sends at once, where that is not fixed by the protocol. */
  int messageBytes() {
    return messageBytes;
  }

  /** The unit of {@link #cost}. */
  String unit() {
    return unit;
  }

  /** Whether single operations are timed. */
  boolean hasLatency() {
    return this == SHORT || this == ECHO || this == UDP_ECHO || this == UDP_SHORT;
  }

  /** Whether datagrams are sent; all else is TCP. */
  boolean isUdp() {
    return this == UDP_ECHO || this == UDP_SHORT || this == UDP_BURST;
  }

  /** In a second, where 0 is as many as go: a burst that has no bound would only be lost. */
  int rate(int wanted) {
    return this == UDP_BURST && wanted == 0 ? BURST_RATE : wanted;
  }

  /** Memory that was allocated once stays, so a second round would measure nothing. */
  int rounds(int wanted) {
    return this == IDLE ? 1 : wanted;
  }

  /**
   * What a unit of work took.
   *
   * @param spent seconds of processor time; for {@link #IDLE} bytes of memory
   * @return NaN when no work was done
   */
  double cost(double spent, LoadFigures load) {
    double work =
        switch (this) {
          case SHORT, ECHO, UDP_ECHO, UDP_SHORT, UDP_BURST -> load.operations() / 1e6;
          case UPLOAD, DOWNLOAD -> load.bytes() / 1e9;
          case IDLE -> load.open();
        };
    return work == 0 ? Double.NaN : spent / work;
  }

  /** The name in options and reports. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The same, for the option to be read by. */
  @Override
  public String toString() {
    return label();
  }
}
