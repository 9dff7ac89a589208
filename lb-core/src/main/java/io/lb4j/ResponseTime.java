package io.lb4j;

import io.lb4j.internal.balance.PeakEwma;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How long a member takes to answer: the time to connect to it and that from the client's last
 * bytes to its first ones, as a {@link PeakEwma}. Loops write and read it at once, without locks.
 *
 * <p>Two things an average alone gets wrong. A member that fails does so quickly: a failure counts
 * as twice what it took until then, and as a second at least. And one that hangs gives no sample at
 * all, while its average falls: so as long as flows await it, it is taken to need no less than the
 * time in which nothing was heard of it.
 */
final class ResponseTime {
  /** The longest time that is told from longer ones; what a member is taken to need at worst. */
  static final long MOST_NANOS = 60_000_000_000L;

  private static final long FAILURE_NANOS = 1_000_000_000L;
  private static final VarHandle AWAITED;
  private static final VarHandle QUIET_SINCE;
  private static final VarHandle CONNECT_NANOS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      AWAITED = lookup.findVarHandle(ResponseTime.class, "awaited", int.class);
      QUIET_SINCE = lookup.findVarHandle(ResponseTime.class, "quietSince", long.class);
      CONNECT_NANOS = lookup.findVarHandle(ResponseTime.class, "connectNanos", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final PeakEwma average = new PeakEwma();

  @SuppressWarnings("UnusedVariable") // through AWAITED
  private int awaited;

  @SuppressWarnings("UnusedVariable") // through QUIET_SINCE
  private long quietSince;

  @SuppressWarnings("UnusedVariable") // through CONNECT_NANOS; 0 before the first connection
  private long connectNanos;

  /** A flow begins to wait for it. */
  void await(long nowNanos) {
    if ((int) AWAITED.getVolatile(this) == 0) {
      QUIET_SINCE.setOpaque(this, nowNanos); // before it is looked at
    }
    AWAITED.getAndAdd(this, 1);
  }

  /** A flow waits no more, and nothing was learned by it. */
  void noMore() {
    AWAITED.getAndAdd(this, -1);
  }

  /** The flow that waited is connected. That stands for an answer until there has been one. */
  void connected(long tookNanos, long nowNanos) {
    CONNECT_NANOS.setOpaque(this, Math.max(1, tookNanos));
    heard(nowNanos);
  }

  /** Its first bytes have come for a flow, which waited for so long in all. */
  void answered(long tookNanos, long nowNanos) {
    sample(tookNanos, nowNanos);
    QUIET_SINCE.setOpaque(this, nowNanos);
  }

  /** It failed the flow. */
  void failed(long tookNanos, long nowNanos) {
    long doubled = (long) Math.min(MOST_NANOS, 2 * average.read(nowNanos));
    sample(Math.max(tookNanos, Math.max(FAILURE_NANOS, doubled)), nowNanos);
  }

  /** The flow ended before the answer, which would have taken longer than that. */
  void gaveUp(long tookNanos, long nowNanos) {
    if (tookNanos > average.read(nowNanos)) {
      sample(tookNanos, nowNanos);
    }
  }

  private void heard(long nowNanos) {
    QUIET_SINCE.setOpaque(this, nowNanos);
    noMore();
  }

  private void sample(long nanos, long nowNanos) {
    average.sample(Math.min(nanos, MOST_NANOS), nowNanos);
  }

  /** Whether it has answered or failed. */
  boolean isKnown() {
    return average.hasHistory();
  }

  /**
   * How long another flow is expected to wait, its being one of several not regarded.
   *
   * @param pending how many flows the member has
   */
  double expectedNanos(int pending, long nowNanos) {
    boolean waiting = (int) AWAITED.getVolatile(this) > 0;
    if (isKnown()) {
      double time = average.read(nowNanos);
      return waiting ? Math.max(time, quietNanos(nowNanos)) : time;
    }
    long connect = (long) CONNECT_NANOS.getOpaque(this);
    if (waiting || (connect == 0 && pending > 0)) {
      return MOST_NANOS; // one flow is enough to find out
    }
    return connect;
  }

  private double quietNanos(long nowNanos) {
    return (double) Math.min(MOST_NANOS, nowNanos - (long) QUIET_SINCE.getOpaque(this));
  }
}
