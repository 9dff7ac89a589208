package io.lb4j.benchmarks.l4;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.benchmarks.Params;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That every route does the same work, so that their figures may be compared. */
class RouteTest {
  private static final int REPLY = 3_000_000;

  static Stream<String> routes() {
    return Params.of(L4.class, "route");
  }

  @ParameterizedTest
  @MethodSource("routes")
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aClientThatHasEndedGetsItsWholeReply(String name) throws IOException {
    try (MemberServers servers = MemberServers.start(2);
        Route route = Route.open(name, servers.addresses());
        Socket client = new Socket(route.address().getAddress(), route.address().getPort())) {
      client.getOutputStream().write(request());
      client.shutdownOutput();

      assertThat(client.getInputStream().readAllBytes()).hasSize(REPLY);
    }
  }

  private static byte[] request() {
    return ByteBuffer.allocate(Message.HEAD).putInt(Message.HEAD).putInt(REPLY).array();
  }
}
