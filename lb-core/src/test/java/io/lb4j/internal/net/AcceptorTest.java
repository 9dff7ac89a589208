package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class AcceptorTest {
  private final ManualClock clock = new ManualClock();
  private final FakePoller poller = new FakePoller();
  private final EventLoop loop;

  AcceptorTest() throws IOException {
    loop = new EventLoop("test", poller, clock);
  }

  private static final class FakeAccepted implements Accepted {
    boolean refused;

    @Override
    public SocketAddress remoteAddress() {
      return new InetSocketAddress(2);
    }

    @Override
    public void refuse() {
      refused = true;
    }
  }

  private Acceptor acceptor(Consumer<Accepted> sink) throws IOException {
    Acceptor acceptor =
        new Acceptor(
            loop,
            new ListenRequest(new InetSocketAddress(0), 10, SocketSettings.NONE),
            (accepted, address) -> sink.accept(accepted));
    acceptor.start();
    return acceptor;
  }

  /** What is logged while something happens. */
  private static List<String> said(Runnable event) {
    Logger logger = (Logger) LoggerFactory.getLogger(Acceptor.class);
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      event.run();
    } finally {
      logger.detachAppender(appender);
    }
    return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void pass(Duration time) throws IOException {
    clock.advance(time);
    loop.runOnce(0);
    loop.runOnce(0);
  }

  @Test
  void outOfDescriptorsAcceptingPausesAndResumes() throws IOException {
    Acceptor acceptor = acceptor(accepted -> {});
    loop.runOnce(0);
    acceptor.onAcceptFailure(new IOException("Too many open files"));
    assertThat(poller.listening.accepting).isFalse();

    pass(Duration.ofMillis(90));
    assertThat(poller.listening.accepting).isFalse();
    pass(Duration.ofMillis(20));
    assertThat(poller.listening.accepting).isTrue();
  }

  @Test
  void outOfMemoryTheClientIsRefusedAndAcceptingPauses() throws IOException {
    Acceptor acceptor =
        acceptor(
            accepted -> {
              throw new OutOfMemoryError("on purpose");
            });
    FakeAccepted client = new FakeAccepted();
    acceptor.onAccept(client);
    assertThat(client.refused).isTrue();
    assertThat(poller.listening.accepting).isFalse();
    pass(Duration.ofMillis(200));
    assertThat(poller.listening.accepting).isTrue();
  }

  @Test
  void failureOverOneClientIsNotTheListeners() throws IOException {
    Acceptor acceptor =
        acceptor(
            accepted -> {
              throw new IllegalStateException("on purpose");
            });
    FakeAccepted client = new FakeAccepted();
    acceptor.onAccept(client);
    assertThat(client.refused).isTrue();
    assertThat(poller.listening.accepting).isTrue();
  }

  @Test
  void closedWhilePausedItDoesNotResume() throws IOException {
    Acceptor acceptor = acceptor(accepted -> {});
    acceptor.onAcceptFailure(new IOException("Too many open files"));
    acceptor.close();
    pass(Duration.ofSeconds(1));
    assertThat(poller.listening.accepting).isFalse();
    assertThat(poller.listening.closed).isTrue();
  }

  @Test
  void pauseIsToldOnceAMinute() throws IOException {
    Acceptor acceptor = acceptor(accepted -> {});
    IOException failure = new IOException("No buffer space available");
    String warning =
        "accepting on 0.0.0.0:1 pauses: java.io.IOException: No buffer space available";

    assertThat(said(() -> acceptor.onAcceptFailure(failure))).containsExactly(warning);
    pass(Duration.ofSeconds(1));
    assertThat(said(() -> acceptor.onAcceptFailure(failure))).isEmpty();
    pass(Duration.ofMinutes(1));
    assertThat(said(() -> acceptor.onAcceptFailure(failure))).containsExactly(warning);
  }

  @ParameterizedTest
  @CsvSource({
    "Too many open files, (limit: ulimit -n)",
    "No file descriptors available, (limit: ulimit -n)",
    "Too many open files in system, (limit: fs.file-max)",
  })
  void outOfDescriptorsTheLimitToRaiseIsTold(String failure, String limit) throws IOException {
    Acceptor acceptor = acceptor(accepted -> {});

    assertThat(said(() -> acceptor.onAcceptFailure(new IOException(failure))))
        .singleElement()
        .asString()
        .endsWith(failure + " " + limit);
  }
}
