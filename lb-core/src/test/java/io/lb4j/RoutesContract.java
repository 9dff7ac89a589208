package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Flows that go to one pool or another, over real sockets. */
@Timeout(60)
abstract class RoutesContract {
  private static final KeySource HOST = KeySource.httpHost();

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  abstract TransportKind transport();

  private Pool pool(String name) throws IOException {
    return builder(name).build();
  }

  private Pool.Builder builder(String name) throws IOException {
    return Pool.builder(name).member(specOf(name));
  }

  private MemberSpec specOf(String name) throws IOException {
    return leaks.member(new Behaviour.AnswerThenClose("\r\n\r\n", Data.of(name))).spec();
  }

  private VirtualServer edge(Pool own, Routes routes) {
    return leaks.start(builder(own, routes));
  }

  private VirtualServer.Builder builder(Pool own, Routes routes) {
    return VirtualServer.builder("edge")
        .listen("127.0.0.1", 0)
        .loops(2)
        .transport(transport())
        .pool(own)
        .routes(routes)
        .listener(log);
  }

  /** Who answered; empty if the client was reset. */
  private String ask(VirtualServer edge, String host) throws IOException {
    TestClient client = leaks.client(edge);
    client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    Ending ending = client.readToEnd();
    client.end();
    assertThat(ending == Ending.RESET).isEqualTo(client.text().isEmpty());
    return client.text();
  }

  private static int portOf(SocketAddress address) {
    return ((InetSocketAddress) address).getPort();
  }

  @Test
  void keyDecidesWhichPoolServes() throws Exception {
    Pool shop = pool("shop");
    Routes routes =
        Routes.by(HOST).to("shop.example", shop).to("*.shop.example", shop).to("api", pool("api"));
    VirtualServer edge = edge(pool("own"), routes);
    assertThat(ask(edge, "shop.example")).isEqualTo("shop");
    assertThat(ask(edge, "de.shop.example")).isEqualTo("shop");
    assertThat(ask(edge, "a.b.shop.example")).isEqualTo("shop");
    assertThat(ask(edge, "api")).isEqualTo("api");
    assertThat(ask(edge, "elsewhere.example")).isEqualTo("own");
    assertThat(edge.pools()).extracting(Pool::name).containsExactlyInAnyOrder("own", "shop", "api");
  }

  @Test
  void flowThatNoRouteNamesMayBeRefused() throws Exception {
    Pool own = pool("own");
    VirtualServer edge = edge(own, Routes.by(HOST).to("shop", pool("shop")).refuseOthers());
    assertThat(ask(edge, "elsewhere")).isEmpty();
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.NO_ROUTE);
    assertThat(ask(edge, "shop")).isEqualTo("shop");
    assertThat(own.members().get(0).flowsTotal()).isZero();
  }

  @Test
  void codeOfTheHostDecides() throws Exception {
    Pool own = pool("own");
    Pool other = pool("other");
    Router router =
        flow ->
            flow.key(HOST).map(FlowKey::toString).filter("other"::equals).isPresent()
                ? Optional.of(other)
                : Optional.empty();
    VirtualServer edge = edge(own, Routes.of(router, List.of(other), HOST));
    assertThat(ask(edge, "other")).isEqualTo("other");
    assertThat(ask(edge, "own")).isEmpty();
  }

  @Test
  void routerThatFailsRefusesItsFlowOnly() throws Exception {
    leaks.expectStackTraces();
    Pool foreign = pool("foreign");
    Pool named = pool("named");
    Router router =
        flow -> {
          String host = flow.key(HOST).orElseThrow().toString();
          if (host.equals("throw")) {
            throw new IllegalStateException("on purpose");
          }
          return host.equals("null") ? null : Optional.of(host.equals("foreign") ? foreign : named);
        };
    VirtualServer edge = edge(pool("own"), Routes.of(router, List.of(named), HOST));
    for (String bad : List.of("throw", "null", "foreign")) {
      assertThat(ask(edge, bad)).isEmpty();
    }
    assertThat(ask(edge, "fine")).isEqualTo("named");
  }

  @Test
  void routerThatGivesNullIsComplainedAbout() throws Exception {
    Pool named = pool("named");
    VirtualServer edge = edge(pool("own"), Routes.of(flow -> null, List.of(named), HOST));
    assertThat(ask(edge, "any")).isEmpty();
    assertThat(edge.flows().closed(CloseReason.NO_ROUTE)).isEqualTo(1);
    assertThat(leaks.messages(Level.WARN))
        .containsExactly("virtual server edge: Router.route gave null; the flow is refused");
  }

  @Test
  void clientComesBackToOneMemberOfEachPool() throws Exception {
    Pool own = builder("own1").member(specOf("own2")).build();
    Pool shop = pool("shop");
    VirtualServer edge =
        leaks.start(
            builder(own, Routes.by(HOST).to("shop", shop))
                .persistence(PersistencePolicy.sourceAddress()));
    String first = ask(edge, "own");
    for (int i = 0; i < 3; i++) {
      assertThat(ask(edge, "shop")).isEqualTo("shop");
      assertThat(ask(edge, "own")).isEqualTo(first);
    }
    assertThat(edge.persistence().size()).isEqualTo(1);
    assertThat(edge.persistence(shop).size()).isEqualTo(1);
  }

  @Test
  void eachPoolHasItsOwnHeaderQueueAndMonitor() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    Pool told =
        Pool.builder("told")
            .member(echo.spec())
            .proxyProtocol(ProxyProtocol.v1())
            .monitor(HealthMonitor.tcp().interval(Duration.ofMillis(100)))
            .queue(QueuePolicy.ofLength(5).timeout(Duration.ofSeconds(20)))
            .maxFlowsPerMember(1)
            .build();
    VirtualServer edge = edge(pool("own"), Routes.by(HOST).to("told", told));
    String request = "GET / HTTP/1.1\r\nHost: told\r\n\r\n";
    TestClient one = leaks.client(edge);
    one.send(request);
    String header =
        "PROXY TCP4 127.0.0.1 127.0.0.1 "
            + portOf(one.localAddress())
            + " "
            + portOf(edge.address());
    one.readUntil(header.length() + 2 + request.length());
    assertThat(one.text()).isEqualTo(header + "\r\n" + request);
    TestClient two = leaks.client(edge);
    two.send(request);
    assertThat(ask(edge, "own")).isEqualTo("own");
    one.end();
    one.readToEnd();
    two.readUntil(request.length() + 20);
    assertThat(two.text()).startsWith("PROXY ");
  }

  @Test
  void routesThatMakeNoSenseAreRefused() throws Exception {
    Pool own = pool("own");
    Routes code = Routes.of(flow -> Optional.empty(), List.of(own));
    assertThatThrownBy(() -> code.to("a", own)).hasMessageContaining("Routes.by()");
    assertThatThrownBy(code::refuseOthers).hasMessageContaining("Routes.by()");
    assertThatThrownBy(() -> Routes.of(flow -> Optional.empty(), List.of()))
        .hasMessageStartingWith("pools: 0");
    for (String key : List.of(" ", "*", "*.", "*shop", "/shop*", "*.a.*")) {
      assertThatThrownBy(() -> Routes.by(HOST).to(key, own)).hasMessageStartingWith("key: ");
    }
    assertThatThrownBy(() -> edge(own, Routes.by(HOST).to("a", own)).persistence(pool("else")))
        .hasMessageContaining("a pool of virtual server edge");
  }
}
