package io.lb4j.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Targets that share a probe. */
class SharedProbesTest {
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(1);

  private final ManualClock clock = new ManualClock();
  private final List<Consumer<ProbeReport>> begun = new ArrayList<>();
  private final List<String> made = new ArrayList<>();
  private final List<ProbeReport> first = new ArrayList<>();
  private final List<ProbeReport> second = new ArrayList<>();
  private int aborted;
  private EventLoop loop;
  private SharedProbes<String> probes;

  @BeforeEach
  void open() throws IOException {
    loop = new EventLoop("driven", new NioTransport(), clock);
    probes = new SharedProbes<>(loop, this::make);
  }

  @AfterEach
  void close() {
    loop.stop();
  }

  private Prober make(String key) {
    made.add(key);
    return new Prober() {
      @Override
      public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
        begun.add(report);
      }

      @Override
      public void abort() {
        aborted++;
      }
    };
  }

  @Test
  void twoTargetsAtOnceShareOneProbe() {
    probes.prober(() -> "a").begin(TIMEOUT, first::add);
    probes.prober(() -> "a").begin(TIMEOUT, second::add);
    assertThat(begun).hasSize(1);

    begun.get(0).accept(ProbeReport.PASSED);

    assertThat(first).containsExactly(ProbeReport.PASSED);
    assertThat(second).containsExactly(ProbeReport.PASSED);
  }

  @Test
  void aFreshResultIsToldAgainAndAnOldOneIsNot() {
    Prober one = probes.prober(() -> "a");
    Prober other = probes.prober(() -> "a");
    one.begin(TIMEOUT, first::add);
    begun.get(0).accept(ProbeReport.PASSED);

    clock.advanceNanos(TIMEOUT / 4 * 3);
    other.begin(TIMEOUT, second::add);
    assertThat(second).containsExactly(ProbeReport.PASSED);
    assertThat(begun).hasSize(1);

    clock.advanceNanos(1);
    one.begin(TIMEOUT, first::add);
    assertThat(begun).hasSize(2);
    assertThat(made).containsExactly("a");
  }

  @Test
  void noTargetIsToldAResultTwice() {
    Prober hasty = probes.prober(() -> "a");
    hasty.begin(TIMEOUT, first::add);
    begun.get(0).accept(ProbeReport.failed("gone"));

    hasty.begin(TIMEOUT, first::add);

    assertThat(first).hasSize(1);
    assertThat(begun).hasSize(2);
  }

  @Test
  void targetsOfOtherKeysShareNothing() {
    probes.prober(() -> "a").begin(TIMEOUT, first::add);
    probes.prober(() -> "b").begin(TIMEOUT, second::add);

    assertThat(begun).hasSize(2);
    assertThat(made).containsExactly("a", "b");
  }

  @Test
  void theProbeGoesOnUntilTheLastTargetGivesItUp() {
    Prober one = probes.prober(() -> "a");
    Prober other = probes.prober(() -> "a");
    one.begin(TIMEOUT, first::add);
    other.begin(TIMEOUT, second::add);

    one.abort();
    assertThat(aborted).isZero();
    begun.get(0).accept(ProbeReport.PASSED);
    assertThat(first).isEmpty();
    assertThat(second).hasSize(1);

    other.begin(TIMEOUT / 100, second::add);
    clock.advanceNanos(TIMEOUT);
    other.begin(TIMEOUT, second::add);
    other.abort();
    assertThat(aborted).isEqualTo(1);
  }

  @Test
  void aTargetThatMovesIsProbedAtItsNewKey() {
    List<String> key = new ArrayList<>(List.of("a"));
    Prober moving = probes.prober(() -> key.get(0));
    moving.begin(TIMEOUT, first::add);
    begun.get(0).accept(ProbeReport.PASSED);

    key.set(0, "b");
    moving.begin(TIMEOUT, first::add);
    begun.get(1).accept(ProbeReport.failed("gone"));

    assertThat(made).containsExactly("a", "b");
    assertThat(first).containsExactly(ProbeReport.PASSED, ProbeReport.failed("gone"));
  }
}
