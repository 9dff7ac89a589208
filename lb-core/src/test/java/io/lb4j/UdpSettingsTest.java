package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a UDP virtual server can be told, and what it cannot. */
class UdpSettingsTest {
  private static final Pool POOL = Pool.builder("dns").member("127.0.0.1", 9).build();

  private static VirtualServer.Builder edge() {
    return VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(POOL).udp();
  }

  static Stream<Map.Entry<String, UnaryOperator<VirtualServer.Builder>>> clashes() {
    Duration second = Duration.ofSeconds(1);
    SocketOptions keepAlive = SocketOptions.defaults().keepAlive(true);
    Pool version1 =
        Pool.builder("old").member("127.0.0.1", 9).proxyProtocol(ProxyProtocol.v1()).build();
    return Stream.of(
        Map.entry("backlog()", edge -> edge.backlog(1)),
        Map.entry("connectTimeout()", edge -> edge.connectTimeout(second)),
        Map.entry("halfCloseTimeout()", edge -> edge.halfCloseTimeout(second)),
        Map.entry("uploadLimit()", edge -> edge.uploadLimit(1)),
        Map.entry("downloadLimit()", edge -> edge.downloadLimit(1)),
        Map.entry(
            "trustedProxies()", edge -> edge.trustedProxies(TrustedProxies.in("127.0.0.0/8"))),
        Map.entry("cookie", edge -> edge.persistence(PersistencePolicy.httpCookie("id"))),
        Map.entry(
            "UNIX-domain path", edge -> edge.listen(ServiceAddress.unix(Path.of("/tmp/none")))),
        Map.entry("keepAlive", edge -> edge.clientSockets(keepAlive)),
        Map.entry("[keepAlive]", edge -> edge.memberSockets(keepAlive)),
        Map.entry("version 2", edge -> edge.pool(version1)),
        Map.entry("endAfterRequests()", edge -> edge.udp(UdpPolicy.defaults().endAfterReplies(0))),
        Map.entry(
            "member at a UNIX-domain path",
            edge ->
                edge.pool(
                    Pool.builder("unix")
                        .member(MemberSpec.of(ServiceAddress.unix(Path.of("/tmp/none"))))
                        .build())),
        Map.entry(
            "routes()",
            edge ->
                edge.udp(UdpPolicy.defaults().perDatagram())
                    .routes(Routes.of(flow -> Optional.of(POOL), List.of(POOL)))),
        Map.entry(
            "keys from a client's first datagram",
            edge ->
                edge.udp(UdpPolicy.defaults().perDatagram())
                    .pool(
                        Pool.builder("keyed")
                            .member("127.0.0.1", 9)
                            .strategy(BalancingStrategy.maglev(KeySource.httpPath()))
                            .build())),
        Map.entry(
            "per datagram",
            edge ->
                edge.udp(UdpPolicy.defaults().perDatagram())
                    .persistence(PersistencePolicy.sourceAddress())));
  }

  @ParameterizedTest
  @MethodSource("clashes")
  void whatIsForConnectionsIsRefused(
      Map.Entry<String, UnaryOperator<VirtualServer.Builder>> clash) {
    VirtualServer.Builder edge = clash.getValue().apply(edge());

    assertThatThrownBy(edge::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("virtual server edge: ")
        .hasMessageContaining(clash.getKey());
  }

  @Test
  void idleTimeoutIsAMinuteUnlessToldOtherwise() {
    assertThat(edge().settings().relay().idleNanos()).isEqualTo(60_000_000_000L);
    assertThat(edge().idleTimeout(Duration.ofSeconds(5)).settings().relay().idleNanos())
        .isEqualTo(5_000_000_000L);
  }

  @Test
  void sessionIsOverWhenAllRequestsHaveTheirReplies() {
    UdpPolicy replies = UdpPolicy.defaults().endAfterReplies(2);
    UdpPolicy both = replies.endAfterRequests(3);
    UdpPolicy oneWay = UdpPolicy.defaults().endAfterRequests(2).endAfterReplies(0);

    assertThat(replies.isOver(1, 1, 1)).isFalse();
    assertThat(replies.isOver(1, 1, 2)).isTrue();
    assertThat(replies.isOver(2, 2, 3)).isFalse();
    assertThat(both.isOver(2, 2, 4)).isFalse();
    assertThat(both.isOver(3, 3, 6)).isTrue();
    assertThat(oneWay.isOver(1, 1, 0)).isFalse();
    assertThat(oneWay.isOver(2, 2, 0)).isTrue();
    assertThat(both.isOver(3, 2, 4)).as("one was dropped").isTrue();
    assertThat(UdpPolicy.defaults().isOver(100, 100, 100)).isFalse();
    assertThat(UdpPolicy.defaults().endAfterReplies(0).isOver(1, 1, 0)).isFalse();
  }

  @Test
  void requestsAloneDoNotEndASession() {
    UdpPolicy requests = UdpPolicy.defaults().endAfterRequests(2);

    assertThat(requests.isOver(2, 2, 2)).isFalse();
    assertThat(requests.isSpent(1)).isFalse();
    assertThat(requests.isSpent(2)).isTrue();
  }

  @Test
  void policySaysWhatItIs() {
    UdpPolicy policy = UdpPolicy.defaults().endAfterRequests(2).endAfterReplies(1).perDatagram();

    assertThat(policy)
        .hasToString("udp, ends after 2 requests, ends after 1 replies, per datagram")
        .isEqualTo(UdpPolicy.defaults().perDatagram().endAfterReplies(1).endAfterRequests(2));
    assertThatThrownBy(() -> policy.endAfterRequests(0))
        .hasMessage("endAfterRequests: 0 (expected: 1..1000000)");
    assertThatThrownBy(() -> policy.endAfterReplies(-1))
        .hasMessage("endAfterReplies: -1 (expected: 0..1000000)");
  }
}
