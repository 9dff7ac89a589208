package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.net.NativeTransport;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.ChildJvm;
import io.lb4j.testing.ChildTransport;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ScriptedMember;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options that cannot be had: the virtual server does not start, and says which and why. */
@Timeout(60)
class SocketOptionsTest {
  private static final SocketOptions NONE = SocketOptions.defaults();
  private static final Map<String, SocketOptions> OF_EPOLL =
      Map.of(
          "userTimeout=20000", NONE.userTimeout(Duration.ofSeconds(20)),
          "congestionControl=reno", NONE.congestionControl("reno"),
          "mark=7", NONE.mark(7),
          "transparent=1", NONE.transparent(true));
  private static final Map<String, SocketOptions> OF_EPOLL_CLIENTS =
      Map.of(
          "fastOpen=17", NONE.fastOpen(17),
          "deferAccept=3", NONE.deferAccept(Duration.ofSeconds(3)));
  private static final List<String> WITHOUT_CAPABILITIES =
      List.of("setpriv", "--bounding-set=-net_admin,-net_raw");

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private VirtualServer.Builder edge(TransportKind transport) throws IOException {
    return Edges.edge(leaks.member(new Behaviour.Echo())).transport(transport);
  }

  private static void assertRefused(VirtualServer.Builder builder, String... words) {
    assertThatThrownBy(builder::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("virtual server edge")
        .hasMessageContainingAll(words);
  }

  @Test
  void nioRefusesWhatOnlyEpollHas() throws IOException {
    String[] why = {"the nio transport has no such option", "leave it out, or use the epoll"};
    for (Map.Entry<String, SocketOptions> option : OF_EPOLL.entrySet()) {
      VirtualServer.Builder builder = edge(TransportKind.NIO).memberSockets(option.getValue());
      assertRefused(builder, "memberSockets: " + option.getKey(), why[0], why[1]);
      builder = edge(TransportKind.NIO).clientSockets(option.getValue());
      assertRefused(builder, "clientSockets: " + option.getKey(), why[0], why[1]);
    }
    for (Map.Entry<String, SocketOptions> option : OF_EPOLL_CLIENTS.entrySet()) {
      VirtualServer.Builder builder = edge(TransportKind.NIO).clientSockets(option.getValue());
      assertRefused(builder, "clientSockets: " + option.getKey(), why[0], why[1]);
    }
    SocketOptions open = NONE.bindAddressNoPort(true);
    assertRefused(
        edge(TransportKind.NIO).memberSockets(open), "bindAddressNoPort=1", why[0], why[1]);
  }

  @Test
  void nioServesWithTheOptionsThatItHas() throws IOException {
    SocketOptions options = NONE.keepAlive(true).sendBuffer(50_000).receiveBuffer(50_000);
    VirtualServer edge =
        leaks.start(
            edge(TransportKind.NIO)
                .clientSockets(options.reusePort(true))
                .memberSockets(options.bindAddressNoPort(false)));

    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
  }

  @Test
  void optionOfTheOtherSideIsRefused() throws IOException {
    for (SocketOptions ofClients :
        List.of(NONE.reusePort(true), NONE.fastOpen(1), NONE.deferAccept(Duration.ofSeconds(1)))) {
      assertRefused(
          edge(TransportKind.AUTO).memberSockets(ofClients),
          "of memberSockets() is for clientSockets()");
    }
    assertRefused(
        edge(TransportKind.AUTO).clientSockets(NONE.bindAddressNoPort(true)),
        "bindAddressNoPort",
        "of clientSockets() is for memberSockets()");
  }

  @Test
  void transparentFlowsHaveNoVirtualClient() throws IOException {
    assertRefused(
        edge(TransportKind.AUTO).virtualClient("127.0.0.2").memberSockets(NONE.transparent(true)),
        "virtualClient()",
        "transparent()");
  }

  @Test
  void congestionControlThatTheSystemDoesNotHaveIsRefused() throws IOException {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
    assertRefused(
        edge(TransportKind.EPOLL).clientSockets(NONE.congestionControl("nosuchthing")),
        "clientSockets: congestionControl=nosuchthing: ",
        "net.ipv4.tcp_available_congestion_control");
  }

  @ParameterizedTest
  @CsvSource({"mark,mark=7", "transparent,transparent=1"})
  void optionThatTheProcessMayNotSetIsRefused(String asked, String option, @TempDir Path directory)
      throws Exception {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
    assumeTrue(
        ChildJvm.succeeds(
            List.of(WITHOUT_CAPABILITIES.get(0), WITHOUT_CAPABILITIES.get(1), "true")),
        "no setpriv to give capabilities up with, or none to give up");
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    String port = Integer.toString(((InetSocketAddress) member.address()).getPort());
    ChildJvm child =
        leaks.own(
            ChildJvm.start(
                directory, WITHOUT_CAPABILITIES, ChildTransport.class, "EPOLL", port, asked));

    assertThat(child.await("refused: "))
        .contains("memberSockets: " + option + ": Operation not permitted", "the right to it");
    assertThat(child.endedWell()).isTrue();
  }
}
