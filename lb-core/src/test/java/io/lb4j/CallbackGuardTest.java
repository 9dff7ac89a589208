package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallbackGuardTest {
  private final SteppedClock clock = new SteppedClock();
  private final CallbackGuard guard = new CallbackGuard("pool web", clock);
  private final LogCapture log = LogCapture.of(CallbackGuard.class);

  @AfterEach
  void closeLog() {
    log.close();
  }

  private static void fail() {
    throw new IllegalStateException("by the host");
  }

  @Test
  void whatACallbackThrowsStaysHereAndIsLoggedWithItsName() {
    guard.run("PoolListener.onEvent", CallbackGuardTest::fail);

    assertThat(log.lines()).containsExactly("WARN pool web: PoolListener.onEvent threw");
    assertThat(log.withStackTrace()).hasSize(1);
  }

  @Test
  void anErrorOfACallbackStaysHereToo() {
    guard.run(
        "PoolListener.onEvent",
        () -> {
          throw new StackOverflowError("by the host");
        });

    assertThat(log.lines()).containsExactly("WARN pool web: PoolListener.onEvent threw");
  }

  @Test
  void theValueOfACallbackIsPassedOn() {
    assertThat(guard.call("Chooser.choose", () -> "a", "otherwise")).isEqualTo("a");
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void aCallbackThatThrowsGivesTheOtherValue() {
    String value =
        guard.call(
            "Chooser.choose",
            () -> {
              throw new IllegalStateException("by the host");
            },
            "otherwise");

    assertThat(value).isEqualTo("otherwise");
  }

  @Test
  void aCallbackIsNamedOnceAMinute() {
    for (int i = 0; i < 60; i++) {
      guard.run("PoolListener.onEvent", CallbackGuardTest::fail);
      clock.step(Duration.ofSeconds(1));
    }
    assertThat(log.lines()).as("lines of the first minute").hasSize(1);

    guard.run("PoolListener.onEvent", CallbackGuardTest::fail);
    assertThat(log.lines()).as("lines after a minute").hasSize(2);
  }

  @Test
  void callbacksAreNamedIndependently() {
    guard.run("FlowListener.onOpen", CallbackGuardTest::fail);
    guard.run("FlowListener.onClose", CallbackGuardTest::fail);
    guard.run("FlowListener.onOpen", CallbackGuardTest::fail);

    assertThat(log.lines())
        .containsExactly(
            "WARN pool web: FlowListener.onOpen threw",
            "WARN pool web: FlowListener.onClose threw");
  }

  @Test
  void aSlowCallbackIsNamedWithItsThreadAndTime() {
    guard.run("FlowListener.onOpen", () -> clock.step(Duration.ofMillis(101)));

    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("WARN", "pool web", "FlowListener.onOpen blocked", "101 ms")
        .contains(Thread.currentThread().getName());
  }

  @Test
  void aHundredMillisecondsAreNotSlow() {
    guard.run("FlowListener.onOpen", () -> clock.step(Duration.ofMillis(100)));

    assertThat(log.lines()).isEmpty();
  }

  @Test
  void slownessIsToldOnceAMinuteAndApartFromThrowing() {
    for (int i = 0; i < 5; i++) {
      guard.run(
          "FlowListener.onOpen",
          () -> {
            clock.step(Duration.ofSeconds(2));
            fail();
          });
    }

    assertThat(log.lines("blocked")).hasSize(1);
    assertThat(log.lines("threw")).hasSize(1);
  }

  @Test
  void aBrokenContractIsToldOnceAMinute() {
    for (int i = 0; i < 60; i++) {
      guard.complain("Chooser.choose", "gave no available member");
      clock.step(Duration.ofSeconds(1));
    }
    assertThat(log.lines())
        .containsExactly("WARN pool web: Chooser.choose gave no available member");

    guard.complain("Chooser.choose", "gave no available member");
    assertThat(log.lines()).hasSize(2);
  }

  /** Else a probe that throws with the time of day in its text would flood the log. */
  @Test
  void aBrokenContractIsToldOnceAMinuteWhateverItsDetails() {
    for (int i = 0; i < 20; i++) {
      guard.complain("Probe.check", "threw java.io.IOException: attempt " + i);
    }

    assertThat(log.lines("Probe.check")).hasSize(1);
  }

  @Test
  void manyThreadsMayComplainAtOnce() {
    Threads.together(8, number -> guard.complain("Chooser.choose", "gave no available member"));

    assertThat(log.lines()).as("lines of eight threads at one moment").hasSizeBetween(1, 8);
  }
}
