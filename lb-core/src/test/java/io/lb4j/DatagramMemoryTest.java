package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.DatagramHandler;
import io.lb4j.internal.net.DatagramLink;
import io.lb4j.internal.net.DatagramOrigin;
import io.lb4j.internal.net.DatagramOutcome;
import io.lb4j.internal.net.DatagramPath;
import io.lb4j.internal.net.DatagramPort;
import io.lb4j.internal.net.DatagramPortRequest;
import io.lb4j.internal.net.NativeTransport;
import io.lb4j.internal.net.Poller;
import io.lb4j.internal.net.ReadyHandler;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.testing.AllocationMeter;
import io.lb4j.testing.Loopback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams come and go through memory that is there already. */
class DatagramMemoryTest {
  private static final int BURST = 17; // more than are received or sent at once

  private Poller poller;
  private DatagramLink link;
  private DatagramPort port;
  private final Runnable awake = this::turn;
  private long turns;
  private final Echo echo = new Echo();
  private final Counter counter = new Counter();
  private final ByteBuffer request = ByteBuffer.allocateDirect(100);
  private final ByteBuffer reply = ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES);

  /** Answers its one client. */
  private final class Echo implements DatagramHandler {
    private DatagramPath path;

    @Override
    public void onDatagram(DatagramOrigin origin, ByteBuffer payload) {
      if (path == null) {
        path = origin.toPath();
      }
      port.send(path, port.room().put(payload).flip());
    }

    @Override
    public void onDropped(DatagramOutcome why) {
      throw new AssertionError(why);
    }

    @Override
    public void onReceiveFailure(IOException failure) {
      throw new AssertionError(failure);
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  private final class Counter implements ReadyHandler {
    private int received;

    @Override
    public void onReady(boolean readable, boolean writable) {
      try {
        received += link.receive(reply.clear()) == request.capacity() ? 1 : 0;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @BeforeEach
  void openPoller() throws IOException {
    NativeTransport found = NativeTransport.find();
    assumeTrue(found.transport().isPresent(), found::whyNot);
    poller = found.transport().orElseThrow().openPoller();
  }

  @AfterEach
  void closePoller() throws IOException {
    if (poller != null) {
      poller.close();
    }
  }

  @Test
  void roundTripsOfANativePortAndLinkAllocateNothing() throws IOException {
    assertNothingAllocated(Loopback.anyPort());
  }

  @Test
  void roundTripsOfANativePortOfAllAddressesAllocateNothing() throws IOException {
    assertNothingAllocated(new InetSocketAddress("0.0.0.0", 0));
    assertThat(echo.path.local()).contains(Loopback.anyPort().getAddress());
  }

  private void assertNothingAllocated(InetSocketAddress address) throws IOException {
    port =
        poller.openPort(new DatagramPortRequest(address, false, false, SocketSettings.NONE), echo);
    port.receiving(true);
    int number = ((InetSocketAddress) port.address()).getPort();
    link =
        poller.openLink(
            new ConnectRequest(Loopback.port(1, number), Optional.empty(), SocketSettings.NONE));
    link.watch(counter);

    AllocationMeter.assertNothing("round trips", this::exchange);
    assertThat(counter.received % BURST).isZero();
    assertThat(turns).isPositive();
  }

  private void turn() {
    turns++;
  }

  private void exchange() {
    try {
      for (int i = 0; i < BURST; i++) {
        link.send(request);
      }
      for (int expected = counter.received + BURST; counter.received < expected; ) {
        poller.poll(1_000_000_000, awake);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
