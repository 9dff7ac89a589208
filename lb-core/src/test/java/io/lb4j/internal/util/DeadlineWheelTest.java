package io.lb4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DeadlineWheelTest {
  private static final long TICK_NANOS = 1L << 20;

  private final ManualClock clock = new ManualClock();
  private final DeadlineWheel wheel = new DeadlineWheel(clock.nanoTime());
  private final List<Long> fired = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  private Probe armed(Duration delay) {
    Probe probe = new Probe(delay.toNanos());
    wheel.arm(probe, clock.nanoTime(), delay.toNanos());
    return probe;
  }

  private final class Probe extends Deadline {
    private final long delayNanos;

    Probe(long delayNanos) {
      this.delayNanos = delayNanos;
    }

    @Override
    protected void onDue() {
      fired.add(delayNanos);
    }
  }

  @Test
  void firesOnceAndNotBeforeItsTime() {
    armed(Duration.ofMillis(50));

    clock.advance(Duration.ofMillis(49));
    wheel.expire(clock.nanoTime(), failures::add);
    assertThat(fired).isEmpty();

    clock.advance(Duration.ofMillis(3));
    wheel.expire(clock.nanoTime(), failures::add);
    wheel.expire(clock.nanoTime(), failures::add);
    assertThat(fired).hasSize(1);
    assertThat(wheel.size()).isZero();
  }

  @Test
  void cancelledDeadlineNeverFiresAndLeavesNothingBehind() {
    Probe probe = armed(Duration.ofSeconds(3));
    wheel.cancel(probe);
    wheel.cancel(probe);

    clock.advance(Duration.ofMinutes(1));
    wheel.expire(clock.nanoTime(), failures::add);

    assertThat(fired).isEmpty();
    assertThat(wheel.size()).isZero();
    assertThat(wheel.nanosUntilNext(clock.nanoTime())).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void deadlineThatArmsItselfWithoutDelayFiresOncePerExpiry() {
    int[] calls = new int[1];
    Deadline again =
        new Deadline() {
          @Override
          protected void onDue() {
            calls[0]++;
            wheel.arm(this, clock.nanoTime(), 0);
          }
        };
    wheel.arm(again, clock.nanoTime(), 0);

    clock.advance(Duration.ofSeconds(4));
    wheel.expire(clock.nanoTime(), failures::add);

    assertThat(calls[0]).isEqualTo(1);
  }

  @Test
  void deadlineThatThrowsHarmsNoOther() {
    Deadline throwing =
        new Deadline() {
          @Override
          protected void onDue() {
            throw new IllegalStateException("on purpose");
          }
        };
    wheel.arm(throwing, clock.nanoTime(), Duration.ofMillis(50).toNanos());
    armed(Duration.ofMillis(50));

    clock.advance(Duration.ofMillis(60));
    wheel.expire(clock.nanoTime(), failures::add);

    assertThat(failures).hasSize(1);
    assertThat(fired).hasSize(1);
    assertThat(wheel.size()).isZero();
    assertThat(wheel.nanosUntilNext(clock.nanoTime())).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void hugeDelayNeitherOverflowsNorFires() {
    wheel.arm(new Probe(Long.MAX_VALUE), clock.nanoTime(), Long.MAX_VALUE);
    clock.advance(Duration.ofDays(365));
    wheel.expire(clock.nanoTime(), failures::add);
    assertThat(fired).isEmpty();
    assertThat(wheel.size()).isEqualTo(1);
  }

  @Test
  void hundredThousandDeadlinesMostlyCancelledAreCheap() {
    Random random = new Random(7);
    List<Probe> probes = new ArrayList<>();
    long begun = System.nanoTime();
    for (int i = 0; i < 100_000; i++) {
      probes.add(armed(Duration.ofMillis(1 + random.nextInt(300_000))));
    }
    for (int i = 0; i < probes.size(); i++) {
      if (i % 100 != 0) {
        wheel.cancel(probes.get(i));
      }
    }
    assertThat(wheel.size()).isEqualTo(1000);
    for (int second = 0; second < 301; second++) {
      clock.advance(Duration.ofSeconds(1));
      wheel.expire(clock.nanoTime(), failures::add);
    }
    assertThat(fired).hasSize(1000);
    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isLessThan(5);
  }

  /**
   * Against a list that is searched from end to end: same deadlines, same order, at most a tick
   * late, never early.
   */
  @Property(tries = 300)
  void agreesWithAPlainList(@ForAll long seed) {
    Random random = new Random(seed);
    DeadlineWheel wheel = new DeadlineWheel(clock.nanoTime());
    List<Model> waiting = new ArrayList<>();
    for (int step = 0; step < 400; step++) {
      if (random.nextInt(3) > 0) {
        long delay = (long) Math.pow(10, 4 + random.nextDouble() * 9); // 10 us to 3 hours
        Model model = new Model(clock.nanoTime() + delay);
        waiting.add(model);
        wheel.arm(model, clock.nanoTime(), delay);
      } else if (!waiting.isEmpty() && random.nextBoolean()) {
        wheel.cancel(waiting.remove(random.nextInt(waiting.size())));
      }
      long next = wheel.nanosUntilNext(clock.nanoTime());
      for (Model model : waiting) {
        assertThat(next)
            .as("seed %d", seed)
            .isLessThan(model.dueNanos - clock.nanoTime() + TICK_NANOS);
      }
      clock.advanceNanos((long) Math.pow(10, 3 + random.nextDouble() * 9));
      wheel.expire(clock.nanoTime(), failures::add);
      for (Model model : List.copyOf(waiting)) {
        long overdue = clock.nanoTime() - model.dueNanos;
        if (model.fired) {
          assertThat(overdue).as("seed %d: early", seed).isNotNegative();
          waiting.remove(model);
        } else {
          assertThat(overdue).as("seed %d: late", seed).isLessThan(TICK_NANOS);
        }
      }
      assertThat(wheel.size()).isEqualTo(waiting.size());
    }
  }

  private static final class Model extends Deadline {
    private final long dueNanos;
    private boolean fired;

    Model(long dueNanos) {
      this.dueNanos = dueNanos;
    }

    @Override
    protected void onDue() {
      assertThat(fired).isFalse();
      fired = true;
    }
  }
}
