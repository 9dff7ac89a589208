package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Loopback;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams go as well where the calls that move many at once are refused. */
class DatagramCallsTest {
  private final Arena arena = Arena.ofConfined();
  private Libc libc;
  private int socket;

  @BeforeEach
  void bind() throws IOException {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
    libc = new Libc(arena);
    socket = Errors.check(libc.sockets.socket(Linux.AF_INET, Linux.SOCK_DGRAM));
  }

  @AfterEach
  void close() {
    if (libc != null) {
      libc.close(socket);
    }
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsSentIsReceived(boolean many) throws IOException {
    DatagramCalls calls = new DatagramCalls(new Errno(arena), many);
    DatagramPath path = pathToOurselves();
    MessageBatch batch = new MessageBatch(arena);
    for (int place = 0; place < 3; place++) {
      batch.payload(place).put(0, (byte) place);
      batch.writeVector(place, 0, 100 + place);
      batch.writeIpv4(place, path);
    }
    for (int sent = 0; sent < 3; ) {
      int now = calls.send(socket, batch, sent, 3 - sent);
      assertThat(now).isEqualTo(many ? 3 : 1);
      sent += now;
    }

    MessageBatch arrived = new MessageBatch(arena);
    DatagramOrigin origin = new DatagramOrigin();
    for (int received = 0; received < 3; ) {
      for (int place = 0; place < MessageBatch.SIZE; place++) {
        arrived.openVector(place);
        arrived.expect(place);
      }
      int now = calls.receive(socket, arrived, many ? 3 : MessageBatch.SIZE);
      assertThat(now).isEqualTo(many ? 3 : 1);
      for (int place = 0; place < now; place++, received++) {
        assertThat(arrived.length(place)).isEqualTo(100 + received);
        assertThat(arrived.payload(place).get(0)).isEqualTo((byte) received);
        arrived.readOrigin(place, origin);
        assertThat(path.isOf(origin)).isTrue();
      }
    }
  }

  private DatagramPath pathToOurselves() throws IOException {
    SockAddr address = new SockAddr(arena);
    address.write(Loopback.anyPort());
    Errors.check(libc.sockets.bind(socket, address.address(), address.length()));
    Errors.check(libc.sockets.getsockname(socket, address.address(), address.lengthAddress()));
    DatagramOrigin own = new DatagramOrigin();
    own.client((InetSocketAddress) address.read());
    return own.toPath();
  }
}
