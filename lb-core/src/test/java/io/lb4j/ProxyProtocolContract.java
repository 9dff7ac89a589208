package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who the client is, told to us and told by us, over real sockets. */
@Timeout(60)
abstract class ProxyProtocolContract {
  private static final TrustedProxies LOOPBACK = TrustedProxies.in("127.0.0.0/8");
  private static final String LINE = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  abstract TransportKind transport();

  private VirtualServer.Builder edge(Pool pool) {
    return Edges.edge(pool).transport(transport()).listener(log);
  }

  private VirtualServer behindProxies(TrustedProxies proxies, ScriptedMember... members) {
    return leaks.start(edge(Edges.pool(members)).trustedProxies(proxies));
  }

  private static Pool telling(ProxyProtocol protocol, MemberSpec member) {
    return Pool.builder("told").proxyProtocol(protocol).member(member).build();
  }

  private ScriptedMember echo() throws IOException {
    return leaks.member(new Behaviour.Echo());
  }

  // ---- told by a proxy

  @Test
  void clientOfTheHeaderIsTheFlows() throws Exception {
    TestClient proxy = leaks.client(behindProxies(LOOPBACK, echo()));
    proxy.send(LINE);
    assertThat(proxy.ask("hello")).isEqualTo("hello");
    proxy.end();
    proxy.readToEnd();
    Flow flow = log.awaitClose();
    assertThat(flow.client()).isEqualTo(new InetSocketAddress("192.0.2.7", 4711));
    assertThat(flow.destination()).isEqualTo(new InetSocketAddress("198.51.100.1", 443));
    assertThat(flow.peer()).isEqualTo(proxy.localAddress());
    assertThat(flow.bytesFromClient()).isEqualTo(5);
    assertThat(flow.key(KeySource.sourceAddress())).map(FlowKey::toString).contains("192.0.2.7");
  }

  @Test
  void headerMayComeInSingleBytesAndWithTheFirstOfTheClient() throws Exception {
    VirtualServer edge = behindProxies(LOOPBACK, echo());
    TestClient slow = leaks.client(edge);
    slow.sendInPieces(Data.of(LINE + "hel"), 1, new Random(1));
    assertThat(slow.ask("lo")).isEqualTo("he");
    slow.readUntil(5);
    assertThat(slow.text()).isEqualTo("hello");
  }

  @Test
  void memberThatSpeaksFirstIsHeardAtOnce() throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.HalfCloseAfter(Data.of("220 hello")));
    TestClient proxy = leaks.client(behindProxies(LOOPBACK, member));
    proxy.send(LINE);
    proxy.readToEnd();
    assertThat(proxy.text()).isEqualTo("220 hello");
  }

  @Test
  void proxyThatSpeaksForItselfIsTheClient() throws Exception {
    TestClient proxy = leaks.client(behindProxies(LOOPBACK, echo()));
    proxy.send("PROXY UNKNOWN\r\n");
    assertThat(proxy.ask("hello")).isEqualTo("hello");
    proxy.reset();
    assertThat(log.awaitClose().client()).isEqualTo(proxy.localAddress());
  }

  @Test
  void connectionWithoutACorrectHeaderIsReset() throws Exception {
    ScriptedMember member = echo();
    VirtualServer edge = behindProxies(LOOPBACK, member);
    for (String bad : new String[] {"GET / HTTP/1.1\r\n", "PROXY TCP4 1.1.1.999 1.1.1.1 1 2\r\n"}) {
      TestClient client = leaks.client(edge);
      client.send(bad);
      assertThat(client.readToEnd()).isEqualTo(Ending.RESET);
    }
    TestClient cut = leaks.client(edge);
    cut.send("PROXY TCP4");
    cut.end();
    assertThat(cut.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitCloses(3))
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.PROXY_HEADER));
    assertThat(member.accepted()).isEmpty();
  }

  @Test
  void headerThatDoesNotComeInTimeIsMissed() throws Exception {
    TestClient silent =
        leaks.client(behindProxies(LOOPBACK.timeout(Duration.ofMillis(200)), echo()));
    assertThat(silent.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.PROXY_HEADER);
  }

  @Test
  void headerOfAnyoneElseIsNotBelieved() throws Exception {
    TrustedProxies elsewhere = TrustedProxies.in("192.0.2.0/24");
    TestClient refused = leaks.client(behindProxies(elsewhere, echo()));
    assertThat(refused.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.PROXY_HEADER);

    TestClient direct = leaks.client(behindProxies(elsewhere.othersDirect(), echo()));
    assertThat(direct.ask(LINE)).isEqualTo(LINE); // it is what the client says
  }

  @Test
  void keysAreFoundBehindTheHeader() throws Exception {
    KeySource path = KeySource.httpPath();
    Pool pool = Pool.builder("web").strategy(new Asking(path)).member(echo().spec()).build();
    TestClient proxy = leaks.client(leaks.start(edge(pool).trustedProxies(LOOPBACK)));
    String request = "GET /seven HTTP/1.1\r\n\r\n";
    proxy.send(LINE);
    assertThat(proxy.ask(request)).isEqualTo(request);
    proxy.reset();
    assertThat(log.awaitClose().key(path)).contains(FlowKey.of("/seven"));
  }

  private record Asking(KeySource source) implements BalancingStrategy {
    @Override
    public Chooser over(List<PoolMember> available) {
      return flow -> available.get(0);
    }

    @Override
    public List<KeySource> keySources() {
      return List.of(source);
    }
  }

  @Test
  void accessIsDecidedByTheClientOfTheHeader() throws Exception {
    VirtualServer edge =
        leaks.start(
            edge(Edges.pool(echo()))
                .trustedProxies(LOOPBACK)
                .access(AccessPolicy.open().allow("192.0.2.0/24").deny("192.0.2.9")));
    TestClient allowed = leaks.client(edge);
    allowed.send(LINE);
    assertThat(allowed.ask("hello")).isEqualTo("hello");
    TestClient denied = leaks.client(edge);
    denied.send(LINE.replace("192.0.2.7", "192.0.2.9"));
    assertThat(denied.readToEnd()).isEqualTo(Ending.RESET);
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.DENIED);
  }

  // ---- told by us

  @Test
  void memberIsToldTheClientInALineOfText() throws Exception {
    ScriptedMember member = echo();
    VirtualServer edge = leaks.start(edge(telling(ProxyProtocol.v1(), member.spec())));
    TestClient client = leaks.client(edge);
    int clientPort = ((InetSocketAddress) client.localAddress()).getPort();
    int edgePort = ((InetSocketAddress) edge.address()).getPort();
    String header = "PROXY TCP4 127.0.0.1 127.0.0.1 " + clientPort + " " + edgePort + "\r\n";
    client.send("hello");
    client.readUntil(header.length() + 5);
    assertThat(client.text()).isEqualTo(header + "hello");
    client.end();
    client.readToEnd();
    assertThat(log.awaitClose().bytesFromClient()).isEqualTo(5);
  }

  @Test
  void addressOfTheHostIsToldWhereItListensOnAll() throws Exception {
    ScriptedMember member = echo();
    VirtualServer edge =
        leaks.start(
            VirtualServer.builder("all")
                .listen("0.0.0.0", 0)
                .transport(transport())
                .pool(telling(ProxyProtocol.v1(), member.spec())));
    InetSocketAddress all = (InetSocketAddress) edge.address();
    TestClient client = leaks.own(TestClient.to(Loopback.port(1, all.getPort())));
    client.readUntil(30);
    assertThat(client.text()).contains(" 127.0.0.1 127.0.0.1");
  }

  @Test
  void whatOneTellsTheNextUnderstands() throws Exception {
    VirtualServer inner = behindProxies(LOOPBACK, echo());
    InetSocketAddress address = (InetSocketAddress) inner.address();
    ProxyProtocol protocol =
        ProxyProtocol.v2()
            .checksum()
            .tlv(0xE0, "blue".getBytes(StandardCharsets.US_ASCII))
            .tlv(0xE1, KeySource.sourceAddress())
            .tlv(0xE2, KeySource.proxyTlv(5));
    VirtualServer outer =
        leaks.start(
            Edges.edge(telling(protocol, MemberSpec.of("127.0.0.1", address.getPort())))
                .transport(transport()));
    TestClient client = leaks.client(outer);
    assertThat(client.ask("hello")).isEqualTo("hello");
    client.end();
    client.readToEnd();
    Flow flow = log.awaitClose();
    assertThat(flow.client()).isEqualTo(client.localAddress());
    assertThat(flow.destination()).isEqualTo(outer.address());
    assertThat(flow.key(KeySource.proxyTlv(0xE0))).contains(FlowKey.of("blue"));
    assertThat(flow.key(KeySource.proxyTlv(0xE1)))
        .contains(FlowKey.ofOctets(new byte[] {127, 0, 0, 1}));
    assertThat(flow.key(KeySource.proxyTlv(0xE2))).isEqualTo(Optional.empty());
  }

  @Test
  void probesSayThatTheySpeakForThemselves() throws Exception {
    ScriptedMember web =
        leaks.member(
            new Behaviour.AnswerThenClose(
                "\r\n\r\n", Data.of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")));
    VirtualServer inner = behindProxies(LOOPBACK, web);
    InetSocketAddress address = (InetSocketAddress) inner.address();
    Pool pool =
        Pool.builder("told")
            .proxyProtocol(ProxyProtocol.v2())
            .monitor(
                HealthMonitor.allOf(HealthMonitor.tcp(), HealthMonitor.http("/"))
                    .interval(Duration.ofMillis(100)))
            .member("127.0.0.1", address.getPort())
            .build();
    leaks.start(Edges.edge(pool).transport(transport()));
    log.awaitCloses(6);
    assertThat(pool.members().get(0).health()).isEqualTo(Health.UP);
    assertThat(inner.flows().closed(CloseReason.PROXY_HEADER)).isZero();
  }
}
