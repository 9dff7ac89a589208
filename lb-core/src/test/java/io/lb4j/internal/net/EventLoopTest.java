package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lb4j.internal.util.Clock;
import io.lb4j.internal.util.Deadline;
import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class EventLoopTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final ManualClock clock = new ManualClock();
  private final FakePoller poller = new FakePoller();

  private EventLoop loop() throws IOException {
    return new EventLoop("test", poller, clock);
  }

  private static Deadline noting(List<String> events, String what) {
    return new Deadline() {
      @Override
      protected void onDue() {
        events.add(what);
      }
    };
  }

  @Test
  void waitsUntilTheNextDeadlineAndThenLooksOnceMoreBeforeItFires() throws IOException {
    EventLoop loop = loop();
    List<String> events = new ArrayList<>();
    loop.arm(noting(events, "due"), SECOND);
    List<Long> waits = new ArrayList<>();
    poller.wait =
        timeout -> {
          waits.add(timeout);
          clock.advanceNanos(timeout);
          return 0;
        };
    while (events.isEmpty()) {
      loop.runOnce(Long.MAX_VALUE);
    }
    long waited = waits.stream().mapToLong(Long::longValue).sum();
    assertThat(waited).isBetween(SECOND, SECOND + (2 << 20));
    assertThat(waits).hasSizeLessThan(6).last().isEqualTo(0L);
  }

  @Test
  void deadlinesAreMetThoughThePollerFails() throws IOException {
    EventLoop loop = loop();
    List<String> events = new ArrayList<>();
    loop.arm(noting(events, "due"), SECOND);
    poller.wait =
        timeout -> {
          throw new OutOfMemoryError("played");
        };
    for (int turn = 0; turn < 2; turn++) {
      clock.advance(Duration.ofSeconds(2));
      assertThatThrownBy(() -> loop.runOnce(0)).hasMessage("played");
    }
    assertThat(events).containsExactly("due");
  }

  @Test
  void whatArrivedDuringAPauseOfTheProcessIsHandledBeforeDeadlines() throws IOException {
    EventLoop loop = loop();
    List<String> events = new ArrayList<>();
    loop.arm(noting(events, "deadline"), 2 * SECOND);
    poller.wait =
        timeout -> {
          clock.advance(Duration.ofSeconds(4)); // stopped in the middle of a wait that saw nothing
          return 0;
        };
    loop.runOnce(Long.MAX_VALUE);
    poller.wait =
        timeout -> {
          events.add("read");
          return 1;
        };
    loop.runOnce(Long.MAX_VALUE);
    assertThat(events).containsExactly("read", "deadline");
  }

  @Test
  void waitsThatEndForNoReasonRebuildThePollerAndThenAreSlowedDown() throws IOException {
    EventLoop loop = loop();
    for (int i = 0; i < 600; i++) {
      loop.runOnce(Long.MAX_VALUE);
    }
    assertThat(poller.rebuilds).isEqualTo(1);
    for (int i = 0; i < 500; i++) {
      loop.runOnce(Long.MAX_VALUE);
    }
    long begun = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      loop.runOnce(Long.MAX_VALUE);
    }
    assertThat(System.nanoTime() - begun).as("backs off").isGreaterThan(50_000_000);
  }

  @Test
  void waitsThatEndForAReasonAreNoneOfThat() throws IOException {
    EventLoop loop = loop();
    for (int i = 0; i < 2000; i++) {
      int turn = i;
      poller.wait =
          timeout -> {
            if (turn % 3 == 0) {
              return 1;
            }
            if (turn % 3 == 1) {
              assertThat(loop.execute(() -> {})).isTrue();
              return 0;
            }
            clock.advanceNanos(timeout);
            return 0;
          };
      loop.runOnce(SECOND);
    }
    assertThat(poller.rebuilds).isZero();
  }

  @Test
  void manyCommandsNeedOneWakeup() throws IOException {
    EventLoop loop = loop();
    List<Integer> ran = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      loop.execute(() -> ran.add(number));
    }
    assertThat(poller.wakeups).isEqualTo(1);
    loop.runOnce(0);
    assertThat(ran).containsExactly(0, 1, 2, 3, 4);
    loop.execute(() -> {});
    assertThat(poller.wakeups).isEqualTo(2);
  }

  @Test
  void commandsThatIssueCommandsDoNotStarveTheSockets() throws IOException {
    EventLoop loop = loop();
    Runnable[] forever = new Runnable[1];
    forever[0] = () -> loop.execute(forever[0]);
    loop.execute(forever[0]);
    loop.runOnce(0);
    loop.runOnce(0);
  }

  @Test
  void stoppedLoopRunsWhatItWasGivenAndThenTakesNothing() throws IOException {
    EventLoop loop = loop();
    List<String> ran = new ArrayList<>();
    loop.execute(() -> ran.add("before"));
    loop.stop();
    assertThat(ran).containsExactly("before");
    assertThat(poller.closed).isTrue();
    assertThat(loop.execute(() -> ran.add("after"))).isFalse();
    assertThat(ran).containsExactly("before");
  }

  @Test
  void shortageOfMemoryInATurnDoesNotEndTheLoop() throws Exception {
    EventLoop loop = loop();
    AtomicInteger waits = new AtomicInteger();
    poller.wait =
        timeout -> {
          if (waits.incrementAndGet() < 5) {
            throw new OutOfMemoryError("on purpose");
          }
          LockSupport.parkNanos(1_000_000);
          return 1;
        };
    loop.start(true);
    CompletableFuture<Boolean> later = new CompletableFuture<>();
    loop.execute(() -> later.complete(true));
    assertThat(later.get(5, TimeUnit.SECONDS)).isTrue();
    loop.stop();
    assertThat(loop.join(5000)).isTrue();
    assertThat(poller.closed).isTrue();
  }

  @Test
  void neitherAFailedCommandNorAnInterruptEndsTheLoop() throws Exception {
    EventLoop loop = new EventLoop("test-loop", new NioTransport(), Clock.SYSTEM);
    loop.start(true);
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    loop.execute(() -> thread.complete(Thread.currentThread()));
    loop.execute(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    for (int i = 0; i < 20; i++) {
      thread.get(5, TimeUnit.SECONDS).interrupt();
    }
    CompletableFuture<Boolean> later = new CompletableFuture<>();
    loop.execute(() -> later.complete(loop.inLoop()));
    assertThat(later.get(5, TimeUnit.SECONDS)).isTrue();
    assertThat(loop.inLoop()).isFalse();
    loop.stop();
    assertThat(loop.join(5000)).isTrue();
  }
}
