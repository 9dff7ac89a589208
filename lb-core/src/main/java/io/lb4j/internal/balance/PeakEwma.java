package io.lb4j.internal.balance;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How long something takes, as an average that rises at once and falls slowly (Finagle's peak
 * EWMA): a sample above it replaces it, one below moves it by {@code 1 - e^(-t/10s)}, t being the
 * time since the sample before. Read, it is lower by {@code e^(-t/10s)}, so that who was slow once
 * is asked again.
 *
 * <p>Any number of threads give samples: average and time stand in one word, replaced by
 * compare-and-set. The time counts in ticks of about a millisecond and comes round after 50 days;
 * an average that was not touched for 25 days may be read as if it were fresh.
 */
public final class PeakEwma {
  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(PeakEwma.class, "word", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final double TAU_NANOS = 10e9;
  private static final int TICK_SHIFT = 20;
  private static final long NONE = 0; // no average is 0

  @SuppressWarnings("UnusedVariable") // through WORD: ticks above, the bits of a float below
  private long word;

  /** Adds a sample of some nanoseconds, taken now. */
  public void sample(long nanos, long nowNanos) {
    float sample = Math.max(1, nanos);
    long before = (long) WORD.getVolatile(this);
    while (true) {
      long after = with(before, sample, ticks(nowNanos));
      long seen = after == before ? before : (long) WORD.compareAndExchange(this, before, after);
      if (seen == before) {
        return;
      }
      before = seen;
    }
  }

  /** Whether there was a sample. */
  public boolean hasHistory() {
    return (long) WORD.getVolatile(this) != NONE;
  }

  /** What it is now, in nanoseconds; 0 when there was no sample. */
  public double read(long nowNanos) {
    long seen = (long) WORD.getVolatile(this);
    return seen == NONE ? 0 : average(seen) * keptAfter(ticksSince(seen, ticks(nowNanos)));
  }

  private static long with(long before, float sample, int now) {
    if (before == NONE || sample > average(before)) {
      return word(sample, now);
    }
    int passed = ticksSince(before, now);
    double kept = keptAfter(passed);
    return passed == 0 ? before : word((float) (average(before) * kept + sample * (1 - kept)), now);
  }

  private static double keptAfter(int ticks) {
    return ticks == 0 ? 1 : Math.exp(-ticks * (double) (1 << TICK_SHIFT) / TAU_NANOS);
  }

  private static int ticks(long nanos) {
    return (int) (nanos >> TICK_SHIFT);
  }

  /** 0 when another thread's clock was ahead. */
  private static int ticksSince(long word, int now) {
    return Math.max(0, now - (int) (word >>> 32));
  }

  private static float average(long word) {
    return Float.intBitsToFloat((int) word);
  }

  private static long word(float average, int ticks) {
    return ((long) ticks << 32) | Float.floatToRawIntBits(average);
  }
}
