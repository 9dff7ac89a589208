package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

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
}
