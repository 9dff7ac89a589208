package io.lb4j.internal.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.Flow;
import io.lb4j.ServiceAddress;
import io.lb4j.SocketOptions;
import io.lb4j.TransportKind;
import io.lb4j.VirtualServer;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Descriptors;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the system says is set on the sockets of a virtual server. */
@Timeout(60)
class NativeOptionsTest {
  private static final int SO_ACCEPTCONN = 30;
  private static final int BUFFER = 50_000;

  private static final SocketOptions FOR_BOTH =
      SocketOptions.defaults()
          .keepAlive(true)
          .sendBuffer(BUFFER)
          .receiveBuffer(BUFFER)
          .userTimeout(Duration.ofSeconds(20))
          .congestionControl("reno");

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final Arena arena = Arena.ofConfined();
  private final Libc libc = new Libc(arena);
  private final OptionCalls options = new OptionCalls(libc, arena);

  @BeforeEach
  void skipElsewhere() {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
  }

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  private VirtualServer.Builder edge() throws IOException {
    return Edges.edge(leaks.member(new Behaviour.Echo())).transport(TransportKind.EPOLL);
  }

  /** Starts it, unless the process may not have what was asked for. */
  private VirtualServer startIfAllowed(VirtualServer.Builder builder) {
    try {
      return leaks.start(builder);
    } catch (IllegalStateException refused) {
      assumeTrue(
          !String.valueOf(refused.getMessage()).contains("not permitted"), "no CAP_NET_ADMIN");
      throw refused;
    }
  }

  /** The sockets of a virtual server with one flow. */
  private record Sockets(int listening, int client, int member) {}

  private Sockets socketsOf(VirtualServer edge) throws IOException {
    TestClient client = leaks.client(edge);
    assertThat(client.ask("hello")).isEqualTo("hello");
    Flow flow = edge.flows().iterator().next();
    List<Integer> ours = socketsAt(edge.address());
    assertThat(ours).hasSize(2);
    boolean firstListens = get(ours.get(0), Linux.SOL_SOCKET, SO_ACCEPTCONN) == 1;
    List<Integer> member = socketsAt(flow.virtualClient().orElseThrow());
    return new Sockets(
        ours.get(firstListens ? 0 : 1), ours.get(firstListens ? 1 : 0), member.get(0));
  }

  private List<Integer> socketsAt(SocketAddress local) throws IOException {
    List<Integer> found = new ArrayList<>();
    SockAddr name = new SockAddr(arena);
    for (int descriptor : Descriptors.open().keySet()) {
      int result = libc.sockets.getsockname(descriptor, name.address(), name.lengthAddress());
      if (result == 0 && isInet(descriptor) && name.read().equals(local)) {
        found.add(descriptor);
      }
    }
    return found;
  }

  private boolean isInet(int descriptor) {
    int soDomain = 39;
    int family = options.get(descriptor, Linux.SOL_SOCKET, soDomain);
    return family == Linux.AF_INET || family == Linux.AF_INET6;
  }

  private int get(int descriptor, int level, int option) throws IOException {
    return Errors.check(options.get(descriptor, level, option));
  }

  private String congestionControlOf(int descriptor) throws IOException {
    MemorySegment name = arena.allocate(16);
    MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, 16);
    Errors.check(
        libc.sockets.getsockopt(
            descriptor, Linux.IPPROTO_TCP, Linux.TCP_CONGESTION, name.address(), length.address()));
    byte[] bytes = name.toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, US_ASCII).replace("\0", "");
  }

  private void assertHasThoseForBoth(int descriptor) throws IOException {
    assertThat(get(descriptor, Linux.SOL_SOCKET, Linux.SO_KEEPALIVE)).isEqualTo(1);
    // The system doubles what it is told, for its own needs.
    assertThat(get(descriptor, Linux.SOL_SOCKET, Linux.SO_SNDBUF)).isEqualTo(2 * BUFFER);
    assertThat(get(descriptor, Linux.SOL_SOCKET, Linux.SO_RCVBUF)).isEqualTo(2 * BUFFER);
    assertThat(get(descriptor, Linux.IPPROTO_TCP, Linux.TCP_USER_TIMEOUT)).isEqualTo(20_000);
    assertThat(congestionControlOf(descriptor)).isEqualTo("reno");
  }

  private void assertHasNoneOfThem(int descriptor) throws IOException {
    assertThat(get(descriptor, Linux.SOL_SOCKET, Linux.SO_KEEPALIVE)).isZero();
    assertThat(get(descriptor, Linux.SOL_SOCKET, Linux.SO_SNDBUF)).isNotEqualTo(2 * BUFFER);
    assertThat(get(descriptor, Linux.IPPROTO_TCP, Linux.TCP_USER_TIMEOUT)).isZero();
    assertThat(get(descriptor, Linux.SOL_SOCKET, Linux.SO_MARK)).isZero();
    assertThat(get(descriptor, Linux.IPPROTO_IP, Linux.IP_TRANSPARENT)).isZero();
  }

  @Test
  void clientSocketsHaveTheirOptionsFromTheListeningOneAndMemberSocketsHaveNone()
      throws IOException {
    Sockets sockets =
        socketsOf(
            leaks.start(
                edge()
                    .clientSockets(
                        FOR_BOTH.reusePort(true).fastOpen(17).deferAccept(Duration.ofSeconds(3)))));

    assertHasThoseForBoth(sockets.listening());
    assertHasThoseForBoth(sockets.client());
    assertHasNoneOfThem(sockets.member());
    int listening = sockets.listening();
    assertThat(get(listening, Linux.SOL_SOCKET, Linux.SO_REUSEPORT)).isEqualTo(1);
    assertThat(get(listening, Linux.IPPROTO_TCP, Linux.TCP_FASTOPEN)).isEqualTo(17);
    assertThat(get(listening, Linux.IPPROTO_TCP, Linux.TCP_DEFER_ACCEPT)).isBetween(3, 10);
    assertThat(get(sockets.client(), Linux.IPPROTO_TCP, Linux.TCP_NODELAY)).isEqualTo(1);
  }

  @Test
  void memberSocketsHaveTheirOptionsAndClientSocketsHaveNone() throws IOException {
    Sockets sockets = socketsOf(leaks.start(edge().memberSockets(FOR_BOTH)));

    assertHasThoseForBoth(sockets.member());
    assertHasNoneOfThem(sockets.listening());
    assertHasNoneOfThem(sockets.client());
  }

  @Test
  void markAndTransparencyAreSetOnTheSideThatAsksForThem() throws IOException {
    SocketOptions asked = SocketOptions.defaults().mark(7).transparent(true);
    Sockets sockets = socketsOf(startIfAllowed(edge().clientSockets(asked)));

    for (int descriptor : new int[] {sockets.listening(), sockets.client()}) {
      assertThat(get(descriptor, Linux.SOL_SOCKET, Linux.SO_MARK)).isEqualTo(7);
      assertThat(get(descriptor, Linux.IPPROTO_IP, Linux.IP_TRANSPARENT)).isEqualTo(1);
    }
    assertHasNoneOfThem(sockets.member());
  }

  @Test
  void sourcePortIsLeftOpenUntilTheMemberIsKnownUnlessSwitchedOff() throws IOException {
    Sockets open = socketsOf(leaks.start(edge().virtualClient("127.0.0.2")));
    assertThat(get(open.member(), Linux.IPPROTO_IP, Linux.IP_BIND_ADDRESS_NO_PORT)).isEqualTo(1);

    SocketOptions off = SocketOptions.defaults().bindAddressNoPort(false);
    Sockets fixed = socketsOf(leaks.start(edge().virtualClient("127.0.0.2").memberSockets(off)));
    assertThat(get(fixed.member(), Linux.IPPROTO_IP, Linux.IP_BIND_ADDRESS_NO_PORT)).isZero();
  }

  @Test
  void transparentMemberSocketsShowTheMemberTheClientsOwnAddress() throws IOException {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    VirtualServer edge =
        startIfAllowed(
            Edges.edge(member)
                .transport(TransportKind.EPOLL)
                .memberSockets(SocketOptions.defaults().transparent(true)));
    TestClient client = leaks.own(TestClient.from(Loopback.port(9, 0), edge.address()));

    assertThat(client.ask("hello")).isEqualTo("hello");

    InetSocketAddress seen = (InetSocketAddress) member.awaitFirst().remoteAddress();
    assertThat(seen.getAddress().getHostAddress()).isEqualTo("127.0.0.9");
    assertThat(edge.flows().iterator().next().virtualClient()).contains(seen);
  }

  @Test
  void unixDomainSocketsLeaveOutWhatTheyDoNotHave(@TempDir Path directory) throws IOException {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    VirtualServer edge =
        leaks.start(
            VirtualServer.builder("edge")
                .listen(ServiceAddress.unix(directory.resolve("edge")))
                .pool(Edges.pool(member))
                .loops(1)
                .transport(TransportKind.EPOLL)
                .clientSockets(FOR_BOTH.reusePort(true).fastOpen(17)));

    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
  }
}
