package io.lb4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.ManualClock;
import io.lb4j.testing.Await;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.UdpClient;
import io.lb4j.testing.UdpMember;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a UDP virtual server does, over real sockets. */
@Timeout(60)
abstract class UdpContract {
  private static final int LONGEST_IPV4 = 65_507;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  abstract TransportKind transport();

  private UdpMember member(UdpMember.Answers answers) throws IOException {
    return leaks.own(UdpMember.with(answers));
  }

  /** Says who it is. */
  private UdpMember named(String name) throws IOException {
    return member(UdpMember.always(name.getBytes(UTF_8)));
  }

  private static Pool.Builder pool(UdpMember... members) {
    Pool.Builder pool = Pool.builder("dns").strategy(BalancingStrategy.roundRobin());
    Arrays.stream(members).forEach(member -> pool.member(member.spec()));
    return pool;
  }

  /** One member takes but one session; those wait for it that find no other member. */
  private static Pool.Builder queueing(UdpMember full, UdpMember... others) {
    return pool(others)
        .member(full.spec().maxFlows(1))
        .queue(QueuePolicy.ofLength(5).timeout(Duration.ofSeconds(20)));
  }

  private VirtualServer.Builder edge(Pool pool) {
    return VirtualServer.builder("edge")
        .udp()
        .listen("127.0.0.1", 0)
        .loops(2)
        .transport(transport())
        .pool(pool)
        .listener(log);
  }

  private VirtualServer start(UdpMember... members) {
    return leaks.start(edge(pool(members).build()));
  }

  private VirtualServer start(UnaryOperator<UdpPolicy> policy, UdpMember... members) {
    return leaks.start(edge(pool(members).build()).udp(policy.apply(UdpPolicy.defaults())));
  }

  private UdpClient client(VirtualServer edge) throws IOException {
    return client(edge.address());
  }

  private UdpClient client(SocketAddress address) throws IOException {
    return leaks.own(UdpClient.to(address));
  }

  // ---- sessions

  @Test
  void clientKeepsItsMemberAndHearsTheAddressItAsked() throws Exception {
    UdpMember first = member(UdpMember.ECHO);
    UdpMember second = member(UdpMember.ECHO);
    VirtualServer edge = start(first, second);
    UdpClient client = client(edge);

    assertThat(client.ask("a")).isEqualTo("a");
    assertThat(client.ask("bc")).isEqualTo("bc");
    assertThat(client.ask("def")).isEqualTo("def");

    assertThat(first.heard()).hasSize(3);
    assertThat(second.heard()).isEmpty();
    Flow flow = edge.flows().iterator().next();
    assertThat(edge.flows().size()).isEqualTo(1);
    assertThat(flow.client()).isEqualTo(client.address());
    assertThat(flow.destination()).isEqualTo(edge.address());
    assertThat(flow.virtualClient()).contains(first.heard().get(0).from());
    assertThat(flow.protocol()).isEqualTo("udp");
    assertThat(flow.phase()).isEqualTo(Flow.Phase.RELAYING);
    assertThat(flow.bytesFromClient()).isEqualTo(6);
    assertThat(flow.bytesFromMember()).isEqualTo(6);
    assertThat(edge.datagrams()).isEqualTo(new DatagramCounters(3, 3, Map.of(), Map.of()));
  }

  @Test
  void eachClientHasASocketOfItsOwnTowardsItsMember() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    VirtualServer edge = start(member);

    client(edge).ask("a");
    client(edge).ask("b");

    assertThat(member.heard()).extracting(UdpMember.Heard::from).doesNotHaveDuplicates();
    assertThat(edge.flows().size()).isEqualTo(2);
  }

  @Test
  void flowsOfPort53AreDns() {
    Pool pool = Pool.builder("dns").member("127.0.0.1", 53).build();
    VirtualServerSettings settings = edge(pool).settings();

    assertThat(settings.protocolOf(new InetSocketAddress(53))).isEqualTo("dns");
    assertThat(settings.protocolOf(new InetSocketAddress(514))).isEqualTo("syslog");
  }

  @Test
  void idleSessionEndsAndItsClientBeginsAnother() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    VirtualServer edge = leaks.start(edge(pool(member).build()).idleTimeout(Duration.ofMillis(60)));
    UdpClient client = client(edge);
    client.ask("a");

    Flow first = log.awaitClose();
    client.ask("b");

    assertThat(first.closeReason()).contains(CloseReason.IDLE_TIMEOUT);
    assertThat(log.eventsOf(first))
        .containsExactly("onOpen", "onConnected", "onClose IDLE_TIMEOUT");
    assertThat(edge.flows().opened()).isEqualTo(2);
  }

  @Test
  void sessionEndsWhenEachRequestHasItsReplies() throws Exception {
    List<byte[]> late = new CopyOnWriteArrayList<>();
    UdpMember member =
        member(
            datagram -> { // answers both when the second has come
              late.add(datagram);
              return late.size() < 2 ? List.of() : List.copyOf(late);
            });
    VirtualServer edge = start(policy -> policy.endAfterReplies(1), member);
    UdpClient client = client(edge);

    client.send("a");
    member.await(1);
    client.send("b");

    assertThat(client.receiveText()).isEqualTo("a");
    assertThat(client.receiveText()).isEqualTo("b");
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.COMPLETED);
    assertThat(edge.flows().opened()).isEqualTo(1);
  }

  @Test
  void sessionOfSoManyRequestsGoesOnForReplies() throws Exception {
    UdpMember first = member(UdpMember.ECHO);
    UdpMember second = member(UdpMember.ECHO);
    VirtualServer edge =
        start(policy -> policy.endAfterRequests(2).endAfterReplies(1), first, second);
    UdpClient client = client(edge);

    for (String word : List.of("a", "b", "c", "d", "e")) {
      assertThat(client.ask(word)).isEqualTo(word);
    }

    assertThat(first.heard()).hasSize(3);
    assertThat(second.heard()).hasSize(2);
    assertThat(log.awaitCloses(2)).extracting(Flow::bytesFromMember).containsExactly(2L, 2L);
  }

  @Test
  void sessionThatOnlySendsEndsAtOnce() throws Exception {
    UdpMember member = member(UdpMember.SILENT);
    VirtualServer edge = start(policy -> policy.endAfterRequests(1).endAfterReplies(0), member);
    UdpClient client = client(edge);

    client.send("a");
    client.send("b");

    assertThat(log.awaitCloses(2))
        .allSatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.COMPLETED));
    assertThat(member.await(2)).extracting(UdpMember.Heard::from).doesNotHaveDuplicates();
    assertThat(edge.datagrams().dropped()).isZero();
  }

  @Test
  void datagramsAreSpreadOneByOneWhereAskedFor() throws Exception {
    UdpMember first = named("1");
    UdpMember second = named("2");
    UdpMember third = named("3");
    VirtualServer edge = start(UdpPolicy::perDatagram, first, second, third);
    UdpClient client = client(edge);
    List<String> answers = new ArrayList<>();

    for (int i = 0; i < 9; i++) {
      answers.add(client.ask("?"));
    }

    assertThat(answers).isEqualTo(List.of("1", "2", "3", "1", "2", "3", "1", "2", "3"));
    assertThat(edge.flows().size()).isEqualTo(3);
    assertThat(edge.pool().members()).extracting(PoolMember::activeFlows).containsOnly(1);
    assertThat(second.heard())
        .extracting(UdpMember.Heard::from)
        .containsOnly(second.heard().get(0).from());
  }

  @Test
  void clientKeepsItsSessionsWithMembersThatAreFull() throws Exception {
    UdpMember first = named("1");
    UdpMember second = named("2");
    Pool pool =
        Pool.builder("dns")
            .strategy(BalancingStrategy.roundRobin())
            .member(first.spec().maxFlows(1))
            .member(second.spec().maxFlows(1))
            .build();
    VirtualServer edge = leaks.start(edge(pool).udp(UdpPolicy.defaults().perDatagram()));
    UdpClient client = client(edge);

    for (String expected : List.of("1", "2", "1", "2")) {
      assertThat(client.ask("?")).isEqualTo(expected);
    }
  }

  @Test
  void membersThatAllFailedAreTriedAgain() throws Exception {
    UdpMember first = named("1");
    UdpMember second = named("2");
    VirtualServer edge = start(UdpPolicy::perDatagram, first, second);
    UdpClient client = client(edge);
    first.close();
    second.close();
    for (int i = 0; i < 2; i++) {
      PoolMember member = edge.pool().members().get(i);
      client.send("lost");
      Await.until("the failure", () -> member.connectFailures() == 1);
    }
    leaks.own(UdpMember.at(first.address(), UdpMember.ECHO));
    leaks.own(UdpMember.at(second.address(), UdpMember.ECHO));

    assertThat(client.ask("?")).isEqualTo("?");
  }

  @Test
  void sessionsOfOneClientEndOneByOne() throws Exception {
    VirtualServer edge = start(UdpPolicy::perDatagram, named("1"), named("2"), named("3"));
    UdpClient client = client(edge);
    for (int i = 0; i < 3; i++) {
      client.ask("?");
    }
    for (int left = 2; left >= 0; left--) {
      edge.flows().iterator().next().close();
      int expected = left;
      Await.until("a session to end", () -> edge.flows().size() == expected);
    }

    assertThat(List.of(client.ask("?"), client.ask("?"), client.ask("?")))
        .containsExactlyInAnyOrder("1", "2", "3");
    assertThat(edge.flows().size()).isEqualTo(3);
  }

  // ---- limits

  @Test
  void newSessionTakesThePlaceOfTheOneIdleForLongest() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    VirtualServer edge = leaks.start(edge(pool(member).build()).loops(1).maxFlows(2));
    UdpClient busy = client(edge);
    UdpClient idle = client(edge);
    busy.ask("a");
    idle.ask("b");
    busy.ask("c");

    client(edge).ask("d");

    Flow evicted = log.awaitClose();
    assertThat(evicted.client()).isEqualTo(idle.address());
    assertThat(evicted.closeReason()).contains(CloseReason.EVICTED);
    assertThat(busy.ask("e")).isEqualTo("e");
    assertThat(edge.flows().size()).isEqualTo(2);
    assertThat(edge.flows().opened()).isEqualTo(3);
  }

  @Test
  void sessionsOfOneClientMakeRoomForEachOther() throws Exception {
    VirtualServer edge =
        leaks.start(
            edge(pool(named("1"), named("2"), named("3"), named("4")).build())
                .loops(1)
                .udp(UdpPolicy.defaults().perDatagram())
                .maxFlows(2));
    UdpClient client = client(edge);

    for (int i = 0; i < 12; i++) {
      assertThat(client.ask("?")).isEqualTo(Integer.toString(1 + i % 4));
    }
    assertThat(edge.flows().size()).isEqualTo(2);
    edge.flows().forEach(Flow::close);
    Await.until("all to end", () -> edge.flows().size() == 0);
    assertThat(client.ask("?")).isEqualTo("1");
  }

  @Test
  void datagramsWithLongHeadersPassOrAreCounted() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    ProxyProtocol header = ProxyProtocol.v2();
    for (int i = 0; i < 12; i++) {
      header = header.tlv(0xe0 + i, new byte[FlowKey.MAX_OCTETS]);
    }
    VirtualServer edge = leaks.start(edge(pool(member).proxyProtocol(header).build()));
    UdpClient client = client(edge);

    client.send(new byte[LONGEST_IPV4]);
    client.send(new byte[100]);

    int length = 16 + 12 + 12 * (3 + FlowKey.MAX_OCTETS) + 100;
    assertThat(member.await(1).get(0).bytes()).hasSize(length);
    assertThat(edge.datagrams().droppedFromClients()).isEqualTo(Map.of(DatagramDrop.TOO_LONG, 1L));
  }

  @Test
  void deniedClientsDatagramsAreDroppedAndCounted() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    VirtualServer edge =
        leaks.start(edge(pool(member).build()).access(AccessPolicy.open().deny("127.0.0.0/8")));

    UdpClient client = client(edge);
    client.send("a");

    assertThat(log.awaitClose().closeReason()).contains(CloseReason.DENIED);
    Await.until(
        "the drop to be counted",
        () -> edge.datagrams().droppedFromClients().equals(Map.of(DatagramDrop.NO_SESSION, 1L)));
    assertThat(member.heard()).isEmpty();
  }

  @Test
  void datagramsWaitWithTheirSessionInTheQueue() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    Pool pool = queueing(member).build();
    VirtualServer edge = leaks.start(edge(pool).loops(1));
    client(edge).ask("a");
    UdpClient second = client(edge);
    for (int i = 0; i < 10; i++) {
      second.send("w" + i);
    }
    Await.until("ten to come", () -> edge.datagrams().fromClients() == 11);

    edge.flows().iterator().next().close();

    for (int i = 0; i < 8; i++) {
      assertThat(second.receiveText()).isEqualTo("w" + i);
    }
    assertThat(edge.datagrams().droppedFromClients())
        .isEqualTo(Map.of(DatagramDrop.WAITING_FULL, 2L));
  }

  @Test
  void sessionThatOnlySendsSendsAllThatHasWaited() throws Exception {
    UdpMember member = member(UdpMember.SILENT);
    Pool pool = queueing(member).build();
    VirtualServer edge =
        leaks.start(
            edge(pool).loops(1).udp(UdpPolicy.defaults().endAfterRequests(3).endAfterReplies(0)));
    client(edge).send("holds the place");
    member.await(1);
    UdpClient second = client(edge);
    for (String word : List.of("a", "b", "c")) {
      second.send(word);
    }
    Await.until("four to come", () -> edge.datagrams().fromClients() == 4);

    edge.flows().iterator().next().close();

    assertThat(member.await(4).subList(1, 4))
        .extracting(heard -> new String(heard.bytes(), UTF_8))
        .containsExactly("a", "b", "c");
    assertThat(log.awaitCloses(2).get(1).closeReason()).contains(CloseReason.COMPLETED);
  }

  @Test
  void drainLetsSessionsGoOnAndNoneBegin() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    VirtualServer edge = leaks.start(edge(pool(member).build()).loops(1));
    UdpClient open = client(edge);
    open.ask("a");
    AtomicBoolean quiet = new AtomicBoolean();
    Thread drain = new Thread(() -> quiet.set(edge.drain(Duration.ofSeconds(20))));
    drain.start();
    Await.until(
        "a late one to be refused",
        () -> {
          sendAnew(edge, "late");
          return edge.datagrams().dropped() > 0;
        });

    assertThat(open.ask("b")).isEqualTo("b");
    edge.flows().forEach(Flow::close);
    drain.join();
    assertThat(quiet).as("whether every session ended by itself").isTrue();
  }

  // ---- datagrams

  @Test
  void emptyAndLongestDatagramsPassWhole() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    VirtualServer edge = start(member);
    UdpClient client = client(edge);
    byte[] longest = new byte[LONGEST_IPV4];
    new Random(7).nextBytes(longest);

    client.send(new byte[0]);
    assertThat(client.receive()).isEmpty();
    client.send(longest);
    assertThat(client.receive()).isEqualTo(longest);

    assertThat(member.heard().get(0).bytes()).isEmpty();
    assertThat(member.heard().get(1).bytes()).isEqualTo(longest);
  }

  @Test
  void everyDatagramBeginsWithAProxyHeaderWhereAskedFor() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    Pool pool = pool(member).proxyProtocol(ProxyProtocol.v2()).build();
    VirtualServer edge = leaks.start(edge(pool));
    UdpClient client = client(edge);
    client.send("a");
    client.send("bc");

    List<UdpMember.Heard> heard = member.await(2);

    for (int i = 0; i < 2; i++) {
      ByteBuffer datagram = ByteBuffer.wrap(heard.get(i).bytes());
      assertThat(datagram.remaining()).isEqualTo(16 + 12 + 1 + i);
      assertThat(datagram.get(12)).isEqualTo((byte) 0x21);
      assertThat(datagram.get(13)).isEqualTo((byte) 0x12);
      assertThat(datagram.getInt(16)).isEqualTo(0x7f000001);
      assertThat((int) datagram.getChar(24)).isEqualTo(client.address().getPort());
      assertThat((int) datagram.getChar(26))
          .isEqualTo(((InetSocketAddress) edge.address()).getPort());
      assertThat(datagram.get(28)).isEqualTo(i == 0 ? (byte) 'a' : (byte) 'b');
    }
  }

  @Test
  void datagramThatIsTooLongWithItsHeaderIsDroppedAndCounted() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    Pool pool = pool(member).proxyProtocol(ProxyProtocol.v2()).build();
    VirtualServer edge = leaks.start(edge(pool));
    UdpClient client = client(edge);

    client.send(new byte[LONGEST_IPV4]);
    client.send(new byte[LONGEST_IPV4 - 28]);

    assertThat(member.await(1).get(0).bytes()).hasSize(LONGEST_IPV4);
    assertThat(edge.datagrams().droppedFromClients()).isEqualTo(Map.of(DatagramDrop.TOO_LONG, 1L));
  }

  @Test
  void tapSeesDatagrams() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    UdpMember member = member(UdpMember.ECHO);
    FlowTap tap = (flow, direction, bytes) -> seen.add(direction + " " + UTF_8.decode(bytes));
    VirtualServer edge = leaks.start(edge(pool(member).build()).tap(tap));

    client(edge).ask("a");

    assertThat(seen).containsExactly("FROM_CLIENT a", "FROM_MEMBER a");
  }

  // ---- members that fail

  @Test
  void nextDatagramGoesElsewhereWhenNobodyHearsAtTheMember() throws Exception {
    UdpMember dead = member(UdpMember.ECHO);
    UdpMember live = member(UdpMember.ECHO);
    VirtualServer edge = start(dead, live);
    UdpClient client = client(edge);
    client.ask("a");
    dead.close();

    client.send("lost");
    PoolMember gone = edge.pool().members().get(0);
    Await.until("the failure to be counted", () -> gone.connectFailures() == 1);

    assertThat(client.ask("b")).isEqualTo("b");
    assertThat(live.heard()).hasSize(1);
    Flow flow = edge.flows().iterator().next();
    assertThat(flow.attempts())
        .extracting(ConnectAttempt::outcome)
        .containsExactly(ConnectAttempt.Outcome.REFUSED, ConnectAttempt.Outcome.CONNECTED);
    assertThat(flow.attempts().get(0).detail()).isEqualTo("port unreachable");
    assertThat(log.eventsOf(flow))
        .containsExactly("onOpen", "onConnected", "onConnectFailed REFUSED", "onConnected");
    assertThat(gone.activeFlows()).isZero();
  }

  @Test
  void sessionWithoutAnotherMemberEndsAndTheNextTriesAgain() throws Exception {
    UdpMember dead = member(UdpMember.ECHO);
    VirtualServer edge = start(dead);
    UdpClient client = client(edge);
    dead.close();

    client.send("a");
    Await.until("the failure", () -> edge.pool().members().get(0).connectFailures() == 1);
    leaks.own(UdpMember.at(dead.address(), UdpMember.ECHO));

    assertThat(client.ask("b")).isEqualTo("b");
    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CONNECT_FAILED);
    assertThat(edge.datagrams().dropped()).isZero();
  }

  @Test
  void datagramsGoElsewhereOneByOneWhenNobodyHears() throws Exception {
    UdpMember dead = member(UdpMember.ECHO);
    UdpMember live = named("2");
    VirtualServer edge = start(UdpPolicy::perDatagram, dead, live);
    UdpClient client = client(edge);
    dead.close();
    client.send("lost");
    Await.until("the failure", () -> edge.pool().members().get(0).connectFailures() == 1);

    for (int i = 0; i < 4; i++) {
      assertThat(client.ask("?")).isEqualTo("2");
    }
  }

  @Test
  void sessionLeavesAMemberThatGoesDown() throws Exception {
    AtomicBoolean firstIsUp = new AtomicBoolean(true);
    UdpMember first = named("1");
    UdpMember second = named("2");
    Probe probe =
        member ->
            firstIsUp.get() || !member.address().equals(first.spec().address())
                ? ProbeResult.pass()
                : ProbeResult.fail("told so");
    Pool pool =
        pool(first, second)
            .monitor(HealthMonitor.of(probe).interval(Duration.ofMillis(20)).rise(1).fall(1))
            .build();
    VirtualServer edge = leaks.start(edge(pool));
    Await.until("members to be up", () -> pool.availableMembers().size() == 2);
    UdpClient client = client(edge);
    String before = client.ask("?");
    firstIsUp.set(false);
    Await.until("the first to go down", () -> pool.availableMembers().size() == 1);

    assertThat(before).isEqualTo("1");
    assertThat(client.ask("?")).isEqualTo("2");
    assertThat(edge.flows().opened()).isEqualTo(1);
    assertThat(pool.members().get(0).activeFlows()).isZero();
  }

  @Test
  void sessionThatHasLostItsMemberWaitsOnceForAnother() throws Exception {
    AtomicBoolean firstIsUp = new AtomicBoolean(true);
    UdpMember first = member(UdpMember.ECHO);
    UdpMember second = member(UdpMember.ECHO);
    Probe probe =
        member ->
            firstIsUp.get() || !member.address().equals(first.spec().address())
                ? ProbeResult.pass()
                : ProbeResult.fail("told so");
    Pool pool =
        queueing(second, first)
            .monitor(HealthMonitor.of(probe).interval(Duration.ofMillis(20)).rise(1).fall(1))
            .build();
    VirtualServer edge = leaks.start(edge(pool).loops(1));
    Await.until("members to be up", () -> pool.availableMembers().size() == 2);
    UdpClient client = client(edge);
    UdpClient other = client(edge);
    client.ask("a");
    other.ask("b");
    firstIsUp.set(false);
    Await.until("the first to go down", () -> pool.availableMembers().size() == 1);

    for (int i = 0; i < 7; i++) {
      client.send("w" + i);
    }
    Await.until("all to come", () -> edge.datagrams().fromClients() == 9);
    assertThat(pool.queued()).isEqualTo(1);
    flowOf(edge, other).close();

    for (int i = 0; i < 7; i++) {
      assertThat(client.receiveText()).isEqualTo("w" + i);
    }
    assertThat(edge.flows().closed(CloseReason.QUEUE_FULL)).isZero();
  }

  @Test
  void memberThatNeverAnswersIsEjectedWhereRepliesAreDue() throws Exception {
    UdpMember silent = member(UdpMember.SILENT);
    UdpMember live = member(UdpMember.ECHO);
    Pool pool = pool(silent, live).ejection(EjectionPolicy.defaults().failures(1)).build();
    VirtualServer edge =
        leaks.start(
            edge(pool)
                .udp(UdpPolicy.defaults().endAfterReplies(1))
                .idleTimeout(Duration.ofMillis(50)));

    client(edge).send("a");

    Await.until("its ejection", () -> pool.members().get(0).isEjected());
  }

  // ---- who goes where

  @Test
  void clientComesBackToItsMember() throws Exception {
    VirtualServer edge =
        leaks.start(
            edge(pool(named("1"), named("2")).build())
                .persistence(PersistencePolicy.sourceAddress(Duration.ofMinutes(1))));

    String first = client(edge).ask("?");

    for (int i = 0; i < 4; i++) {
      assertThat(client(edge).ask("?")).isEqualTo(first);
    }
  }

  @Test
  void firstDatagramCanBeLookedAt() throws Exception {
    KeySource user =
        KeySource.inspected(
            "user",
            bytes -> {
              byte[] all = new byte[bytes.remaining()];
              bytes.get(all);
              return Inspection.key(new String(all, UTF_8).split(" ", 2)[0]);
            });
    VirtualServer edge =
        leaks.start(
            edge(pool(named("1"), named("2")).build()).persistence(PersistencePolicy.by(user)));

    Map<String, List<String>> answers =
        List.of("ann 1", "bob 1", "ann 2", "bob 2", "ann 3").stream()
            .collect(
                Collectors.groupingBy(
                    word -> word.split(" ", 2)[0],
                    Collectors.mapping(word -> askAnew(edge, word), Collectors.toList())));

    assertThat(answers.get("ann")).isEqualTo(List.of("1", "1", "1"));
    assertThat(answers.get("bob")).isEqualTo(List.of("2", "2"));
  }

  private void sendAnew(VirtualServer edge, String word) {
    try {
      client(edge).send(word);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private String askAnew(VirtualServer edge, String word) {
    try {
      return client(edge).ask(word);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void clientsAreSpreadOverTheLoops() throws Exception {
    VirtualServer edge = start(member(UdpMember.ECHO));

    for (int i = 0; i < 64; i++) {
      client(edge).ask("a");
    }

    long loops = log.events().stream().map(FlowLog.Event::thread).distinct().count();
    assertThat(loops).isEqualTo(2);
  }

  // ---- addresses

  @Test
  void everyAddressAnswersForItself() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    VirtualServer edge =
        leaks.start(edge(pool(member).build()).listen("0.0.0.0", 0).listen("::", 0));

    for (SocketAddress wildcard : edge.addresses().subList(1, 3)) {
      int port = ((InetSocketAddress) wildcard).getPort();
      UdpClient client = client(Loopback.port(1, port));
      assertThat(client.ask("a")).isEqualTo("a");
      Flow flow = flowOf(edge, client);
      assertThat(flow.virtualServerAddress()).isEqualTo(wildcard);
      assertThat(flow.destination()).isEqualTo(Loopback.port(1, port));
    }
  }

  static Flow flowOf(VirtualServer edge, UdpClient client) {
    return edge.flows().stream()
        .filter(flow -> flow.client().equals(client.address()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void ipv6ClientReachesIpv6Member() throws Exception {
    Optional<InetAddress> ipv6 = Loopback.ipv6();
    assumeTrue(ipv6.isPresent(), "this machine has no IPv6 loopback");
    UdpMember member =
        leaks.own(UdpMember.at(new InetSocketAddress(ipv6.get(), 0), UdpMember.ECHO));
    VirtualServer edge = leaks.start(edge(pool(member).build()).listen("::1", 0).listen("::", 0));

    for (SocketAddress address : edge.addresses().subList(1, 3)) {
      int port = ((InetSocketAddress) address).getPort();
      UdpClient client = client(new InetSocketAddress(ipv6.get(), port));
      assertThat(client.ask("a")).isEqualTo("a");
    }
  }

  @Test
  void addressInUseIsSaid() throws Exception {
    VirtualServer edge = start(member(UdpMember.ECHO));
    int port = ((InetSocketAddress) edge.address()).getPort();

    assertThatThrownBy(() -> edge(edge.pool()).listen("127.0.0.1", port).start())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + port);
    assertThatThrownBy(() -> edge(edge.pool()).listen("0.0.0.0", port).start())
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot listen on 0.0.0.0:" + port);
  }

  // ---- the host

  static Stream<Map.Entry<String, BiConsumer<VirtualServer.Builder, Consumer<Flow>>>> callbacks() {
    return Stream.of(
        Map.entry("onOpen", (edge, act) -> edge.listener(new Acting("onOpen", act))),
        Map.entry("onConnected", (edge, act) -> edge.listener(new Acting("onConnected", act))),
        Map.entry(
            "onConnectFailed", (edge, act) -> edge.listener(new Acting("onConnectFailed", act))),
        Map.entry("onClose", (edge, act) -> edge.listener(new Acting("onClose", act))),
        Map.entry("tap", (edge, act) -> edge.tap((flow, direction, bytes) -> act.accept(flow))),
        Map.entry(
            "tap of replies",
            (edge, act) ->
                edge.tap(
                    (flow, direction, bytes) -> {
                      if (direction == Direction.FROM_MEMBER) {
                        act.accept(flow);
                      }
                    })),
        Map.entry(
            "admission",
            (edge, act) ->
                edge.access(
                    AccessPolicy.open()
                        .admission(
                            flow -> {
                              act.accept(flow);
                              return true;
                            }))),
        Map.entry(
            "router",
            (edge, act) ->
                edge.routes(
                    Routes.of(
                        flow -> {
                          act.accept(flow);
                          return Optional.empty();
                        },
                        List.of(Pool.builder("other").member("127.0.0.1", 9).build())))));
  }

  /** Does something with every flow in one of the calls. */
  private record Acting(String call, Consumer<Flow> act) implements FlowListener {
    private void on(String called, Flow flow) {
      if (call.equals(called)) {
        act.accept(flow);
      }
    }

    @Override
    public void onOpen(Flow flow) {
      on("onOpen", flow);
    }

    @Override
    public void onConnected(Flow flow) {
      on("onConnected", flow);
    }

    @Override
    public void onConnectFailed(Flow flow, ConnectAttempt attempt) {
      on("onConnectFailed", flow);
    }

    @Override
    public void onClose(Flow flow, CloseReason reason) {
      on("onClose", flow);
    }
  }

  @ParameterizedTest
  @MethodSource("callbacks")
  void sessionThatACallbackClosesIsClosedOnce(
      Map.Entry<String, BiConsumer<VirtualServer.Builder, Consumer<Flow>>> callback)
      throws Exception {
    closeIn(callback.getValue(), UdpPolicy.defaults());
    if (!callback.getKey().equals("onClose")) { // which begins nothing by itself
      assertThat(log.closed())
          .anySatisfy(flow -> assertThat(flow.closeReason()).contains(CloseReason.CLOSED_BY_HOST));
    }
    closeIn(callback.getValue(), UdpPolicy.defaults().endAfterReplies(1));
    if (!callback.getKey().equals("router")) { // which is not for single datagrams
      closeIn(callback.getValue(), UdpPolicy.defaults().perDatagram());
    }
  }

  private void closeIn(BiConsumer<VirtualServer.Builder, Consumer<Flow>> callback, UdpPolicy policy)
      throws Exception {
    int before = log.closed().size();
    UdpMember live = member(UdpMember.ECHO);
    UdpMember dead = member(UdpMember.ECHO);
    VirtualServer.Builder builder = edge(pool(live, dead).build()).udp(policy);
    callback.accept(builder, Flow::close);
    VirtualServer edge = leaks.start(builder);
    dead.close();

    for (int i = 0; i < 3; i++) {
      UdpClient client = client(edge);
      for (int j = 0; j < 4; j++) {
        client.send("a" + j);
        int sent = 4 * i + j + 1;
        Await.until("it to come", () -> edge.datagrams().fromClients() == sent);
      }
    }
    Await.until(
        "all to end",
        () -> {
          edge.flows().forEach(Flow::close); // the last datagram may be about to begin one
          return edge.flows().opened() == log.closed().size() - before;
        });
    edge.close();

    for (Flow flow : log.closed()) {
      assertThat(log.eventsOf(flow).stream().filter(name -> name.startsWith("onClose"))).hasSize(1);
      assertThat(log.eventsOf(flow).get(log.eventsOf(flow).size() - 1)).startsWith("onClose");
    }
  }

  @Test
  void datagramsThatWaitForAHeldUpLoopKeepTheirSessions() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    ManualClock clock = new ManualClock();
    VirtualServerSettings settings = edge(pool(member).build()).loops(1).clock(clock).settings();
    FlowLoops loops =
        new FlowLoops(settings, List.of(ServiceAddress.of("127.0.0.1", 0)), new FlowGate(1000));
    settings.pool().flows().join(loops);
    loops.accept();
    EventLoop loop = loops.loops().get(0);
    List<UdpClient> clients = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      UdpClient client = client(loops.addresses().get(0));
      clients.add(client);
      client.send("a");
    }
    Await.until(
        "all to have a session",
        () -> {
          turn(loop);
          return loops.table().size() == 60 && loops.datagrams().fromMembers() == 60;
        });

    for (UdpClient client : clients) {
      client.send("b");
    }
    clock.advance(Duration.ofSeconds(61)); // the process was stopped meanwhile
    Await.until(
        "all to be answered",
        () -> {
          turn(loop);
          return loops.datagrams().fromMembers() == 120;
        });

    assertThat(loops.table().opened()).isEqualTo(60);
    settings.pool().flows().leave(loops);
    loops.stopListening(false);
    turn(loop);
    loops.stop();
  }

  private static void turn(EventLoop loop) {
    try {
      loop.runOnce(0);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void hostClosesASession() throws Exception {
    UdpMember member = member(UdpMember.ECHO);
    VirtualServer edge = start(member);
    UdpClient client = client(edge);
    client.ask("a");

    assertThat(edge.flows().close(edge.flows().iterator().next().id())).isTrue();

    assertThat(log.awaitClose().closeReason()).contains(CloseReason.CLOSED_BY_HOST);
    assertThat(client.ask("b")).isEqualTo("b");
  }
}
