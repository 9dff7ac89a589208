package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.DnsReplies;
import io.lb4j.testing.Peer;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.UdpClient;
import io.lb4j.testing.UdpMember;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probes by DNS on real sockets. */
class DnsMonitorTest extends ProbesOverUdp<DnsCheck> {
  private static final int SERVFAIL = 2;
  private static final int NXDOMAIN = 3;
  private static final DnsCheck ASK = DnsCheck.query("www.example.org");

  @Override
  Check checkOf(DnsCheck check) {
    return check.check();
  }

  private static UdpMember.Answers code(int code, int answers) {
    return query -> List.of(DnsReplies.to(query, code, answers));
  }

  // ---- over UDP

  @Test
  void aServerThatAnswersPasses() throws IOException {
    UdpMember member = member(code(0, 0));

    assertThat(probe(ASK.type("SOA"), member.spec(), LONG).report()).isEqualTo(ProbeReport.PASSED);
    byte[] query = member.await(1).get(0).bytes();
    assertThat(Arrays.copyOfRange(query, 2, 12)).containsExactly(1, 0, 0, 1, 0, 0, 0, 0, 0, 0);
    assertThat(new String(query, 12, 17, StandardCharsets.US_ASCII))
        .isEqualTo("\3www\7example\3org\0");
    assertThat(Arrays.copyOfRange(query, 29, query.length)).containsExactly(0, 6, 0, 1);
  }

  @Test
  void aServerWithAnIpv6AddressIsAsked() throws IOException {
    UdpMember member = ipv6Member(code(0, 1));

    assertThat(probe(ASK.type("AAAA"), member.spec(), LONG).report()).isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void eachProbeHasAPortAndAnIdOfItsOwn() throws IOException {
    UdpMember member = member(code(0, 1));
    for (int i = 0; i < 4; i++) {
      assertThat(probe(ASK, member.spec(), LONG).report()).isEqualTo(ProbeReport.PASSED);
    }

    List<UdpMember.Heard> heard = member.await(4);
    assertThat(heard.stream().map(UdpMember.Heard::from).distinct().count()).isGreaterThan(1);
    assertThat(heard.stream().map(each -> ByteBuffer.wrap(each.bytes()).getShort()).distinct())
        .hasSizeGreaterThan(1);
  }

  @Test
  void anotherCodeFailsByName() throws IOException {
    assertThat(failure(ASK, code(SERVFAIL, 0))).isEqualTo("SERVFAIL (expected: NOERROR)");
    assertThat(failure(ASK.expectCode("nxdomain").expectCode(5), code(12, 0)))
        .isEqualTo("RCODE12 (expected: NXDOMAIN, REFUSED)");
  }

  @Test
  void theExpectedCodePasses() throws IOException {
    DnsCheck absent = ASK.expectCode("NXDOMAIN");

    assertThat(report(absent, code(NXDOMAIN, 0))).isEqualTo(ProbeReport.PASSED);
    assertThat(failure(absent, code(0, 1))).isEqualTo("NOERROR (expected: NXDOMAIN)");
  }

  @Test
  void tooFewAnswersFailUnlessTheReplyIsTruncated() throws IOException {
    DnsCheck two = ASK.minAnswers(2);

    assertThat(report(two, code(0, 2))).isEqualTo(ProbeReport.PASSED);
    assertThat(failure(two, code(0, 1))).isEqualTo("1 answers (expected: 2 or more)");
    assertThat(report(two, query -> List.of(DnsReplies.truncatedTo(query))))
        .isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void aReplyThatIsCutOffFails() throws IOException {
    assertThat(failure(ASK, query -> List.of(Arrays.copyOf(DnsReplies.to(query, 0, 0), 20))))
        .isEqualTo("got a reply that ends in its question");
  }

  @Test
  void whatIsNoReplyToTheQuestionIsPassedOver() throws IOException {
    UdpMember.Answers late =
        query -> {
          byte[] reply = DnsReplies.to(query, SERVFAIL, 0);
          byte[] other = reply.clone();
          other[13] = 'x';
          return List.of(
              new byte[0], DnsReplies.withOtherId(reply), other, query, DnsReplies.to(query, 0, 1));
        };

    assertThat(report(ASK, late)).isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void aTimeoutTellsWhatCameInstead() throws IOException {
    assertThat(probe(ASK, member(UdpMember.SILENT).spec(), SHORT).failure())
        .isEqualTo("timed out waiting for the reply to www.example.org A");
    assertThat(probe(ASK, member(UdpMember.ECHO).spec(), SHORT.multipliedBy(4)).failure())
        .isEqualTo(
            "timed out waiting for the reply to www.example.org A;"
                + " passed over a message that is no reply to a query");
  }

  @Test
  void aPortThatNobodyHearsAtFailsAtOnce() throws IOException {
    UdpMember member = member(UdpMember.SILENT);
    member.close();

    assertThat(probe(ASK, member.spec(), LONG).failure()).isEqualTo("port unreachable");
  }

  @Test
  void aPortThatIsLeftInTheMeantimeFailsAtTheNextQuery() throws IOException {
    UdpMember member = member(UdpMember.SILENT);
    ProbeBench.Probing probing = probe(ASK, member.spec(), Duration.ofSeconds(3));
    member.await(1);
    member.close();

    assertThat(probing.failure()).isEqualTo("port unreachable");
  }

  @Test
  void aReplyFromElsewhereIsNotHeard() throws IOException {
    UdpMember member = member(UdpMember.SILENT);
    ProbeBench.Probing probing = probe(ASK, member.spec(), SHORT);
    UdpMember.Heard heard = member.await(1).get(0);
    try (DatagramSocket elsewhere = new DatagramSocket(0, member.address().getAddress())) {
      byte[] reply = DnsReplies.to(heard.bytes(), 0, 1);
      elsewhere.send(new DatagramPacket(reply, reply.length, heard.from()));

      assertThat(probing.failure())
          .isEqualTo("timed out waiting for the reply to www.example.org A");
    }
  }

  @Test
  void anotherPortIsAsked() throws IOException {
    UdpMember side = member(code(0, 1));
    UdpMember asMember = member(UdpMember.SILENT);

    assertThat(probe(ASK.port(side.address().getPort()), asMember.spec(), LONG).report())
        .isEqualTo(ProbeReport.PASSED);
    assertThat(asMember.heard()).isEmpty();
  }

  @Test
  void anAbortedProbeNeverReports() throws IOException {
    UdpMember member = member(UdpMember.SILENT);
    ProbeBench.Probing probing = probe(ASK, member.spec(), SHORT);
    member.await(1);
    probing.abort();
    probe(ASK, member.spec(), SHORT.multipliedBy(2)).report();

    assertThat(probing.hasReported()).isFalse();
  }

  // ---- over TCP

  private static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(2 + message.length)
        .putShort((short) message.length)
        .put(message)
        .array();
  }

  private ProbeBench.Probing overTcp(DnsCheck check, Framing reply) throws IOException {
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    ProbeBench.Probing probing = probe(check.tcp(), member.spec(), LONG);
    Peer peer = member.awaitFirst();
    int query = 12 + 17 + 4;
    peer.readUntil(2 + query);
    assertThat(peer.bytes()).hasSize(2 + query).startsWith(0, query);
    peer.send(reply.to(Arrays.copyOfRange(peer.bytes(), 2, 2 + query)));
    return probing;
  }

  private interface Framing {
    byte[] to(byte[] query);
  }

  @Test
  void aServerIsAskedOverTcp() throws IOException {
    assertThat(overTcp(ASK, query -> framed(DnsReplies.to(query, 0, 100))).report())
        .isEqualTo(ProbeReport.PASSED);
    assertThat(overTcp(ASK, query -> framed(DnsReplies.to(query, SERVFAIL, 0))).failure())
        .isEqualTo("SERVFAIL (expected: NOERROR)");
  }

  @Test
  void overTcpNothingIsPassedOver() throws IOException {
    assertThat(overTcp(ASK, DnsMonitorTest::framed).failure())
        .isEqualTo("got a message that is no reply to a query");
    assertThat(overTcp(ASK, query -> new byte[2]).failure()).isEqualTo("got a message of 0 bytes");
  }

  @Test
  void anEarlyEndAndARefusalAreSaid() throws IOException {
    ScriptedMember gone = leaks.member(new Behaviour.ByHand());
    gone.stopListening();
    ScriptedMember closing =
        leaks.member(new Behaviour.AnswerThenClose("org\0\0\1\0\1", Data.of("\0")));

    assertThat(probe(ASK.tcp(), gone.spec(), LONG).failure()).isEqualTo("connect refused");
    assertThat(probe(ASK.tcp(), closing.spec(), LONG).failure())
        .isEqualTo("closed before the reply to www.example.org A");
  }

  @Test
  void aUnixDomainSocketTakesTcpAlone(@TempDir Path directory) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("m.sock"));
    ScriptedMember member = leaks.own(ScriptedMember.at(address, new Behaviour.CloseOnAccept()));

    assertThat(probe(ASK, member.spec(), LONG).failure())
        .isEqualTo("no datagrams to a UNIX-domain socket");
    assertThat(probe(ASK.tcp(), member.spec(), LONG).failure())
        .isIn("closed before the reply to www.example.org A", "connection reset");
  }

  // ---- in a pool

  private static HealthMonitor often(HealthMonitor monitor) {
    return monitor.interval(Duration.ofMillis(60)).fall(2);
  }

  @Test
  void aServerThatGoesSilentGoesDownAndComesBack() throws IOException {
    UdpMember server = member(code(0, 1));
    PoolMember member =
        served(
            Pool.builder("dns")
                .member(server.spec())
                .monitor(often(HealthMonitor.dns("www.example.org"))));

    Eventually.equal("at first", Health.UP, member::health);
    server.answer(UdpMember.SILENT);
    Eventually.equal("silent", Health.DOWN, member::health);
    server.answer(code(0, 1));
    Eventually.equal("speaking", Health.UP, member::health);
  }

  @Test
  void bothTransportsCanBeAskedFor() throws IOException {
    UdpMember server = member(code(0, 1));
    HealthMonitor both = HealthMonitor.allOf(HealthMonitor.dns(ASK), HealthMonitor.dns(ASK.tcp()));
    HealthMonitor either =
        HealthMonitor.anyOf(HealthMonitor.dns(ASK), HealthMonitor.dns(ASK.tcp()));
    PoolMember needsBoth = served(Pool.builder("both").member(server.spec()).monitor(often(both)));
    PoolMember needsOne =
        served(Pool.builder("either").member(server.spec()).monitor(often(either)));

    Eventually.equal("without TCP", Health.DOWN, needsBoth::health);
    Eventually.equal("with UDP", Health.UP, needsOne::health);
  }

  @Test
  void everyDatagramBeginsWithThePoolsProxyHeader() throws IOException {
    UdpMember server = member(UdpMember.SILENT);
    server.answer(
        datagram ->
            server.heard().size() < 2
                ? List.of()
                : code(0, 1).to(Arrays.copyOfRange(datagram, PROXY_HEADER, datagram.length)));
    PoolMember member =
        served(
            Pool.builder("dns")
                .member(server.spec())
                .proxyProtocol(ProxyProtocol.v2())
                .monitor(HealthMonitor.dns(ASK).interval(Duration.ofMillis(600))));

    Eventually.equal("the server", Health.UP, member::health);
    assertThat(server.await(2).subList(0, 2))
        .allSatisfy(
            heard ->
                assertThat(heard.bytes())
                    .startsWith("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII))
                    .hasSize(PROXY_HEADER + 33));
    assertThat(server.heard().get(0).bytes()[12]).as("version 2, LOCAL").isEqualTo((byte) 0x20);
  }

  // ---- behind a UDP virtual server

  /** Replies to queries with an address and to anything else with its name, or with silence. */
  private UdpMember named(String name) throws IOException {
    List<byte[]> text = name.isEmpty() ? List.of() : List.of(name.getBytes(StandardCharsets.UTF_8));
    return member(heard -> heard.length < 12 ? text : code(0, 1).to(heard));
  }

  private VirtualServer edge(Pool pool, Duration idle) {
    return leaks.start(
        VirtualServer.builder("edge")
            .udp(UdpPolicy.defaults().endAfterReplies(1))
            .listen("127.0.0.1", 0)
            .loops(1)
            .transport(TransportKind.NIO)
            .idleTimeout(idle)
            .pool(pool));
  }

  private static Pool.Builder pool(UdpMember first, UdpMember second) {
    return Pool.builder("dns")
        .member(first.spec())
        .member(second.spec())
        .strategy(BalancingStrategy.roundRobin())
        .monitor(patient(HealthMonitor.dns(ASK)));
  }

  /** So that a busy machine takes no server away while clients ask. */
  private static HealthMonitor patient(HealthMonitor monitor) {
    return monitor.interval(Duration.ofMillis(500)).fall(2);
  }

  @Test
  void clientsAreSpreadOverServersThatAnswerQueries() throws IOException {
    UdpMember first = named("1");
    UdpMember second = named("2");
    Pool pool = pool(first, second).ejection(EjectionPolicy.none()).build();
    VirtualServer edge = edge(pool, LONG);
    UdpClient client = leaks.own(UdpClient.to(edge.address()));

    first.close();
    PoolMember live = pool.members().get(1);
    Eventually.equal("those that are chosen from", List.of(live), pool::availableMembers);
    for (int i = 0; i < 4; i++) {
      assertThat(client.ask("?")).isEqualTo("2");
    }
  }

  @Test
  void aPassedProbeBringsAnEjectedServerBack() throws IOException {
    RecordedEvents events = new RecordedEvents();
    UdpMember mute = named("");
    Pool pool =
        pool(mute, named("2"))
            .ejection(EjectionPolicy.defaults().failures(1))
            .listener(events)
            .build();
    VirtualServer edge = edge(pool, Duration.ofMillis(50));
    UdpClient client = leaks.own(UdpClient.to(edge.address()));

    Eventually.holds(
        "its ejection",
        () -> {
          sendUnlessOneIsWaiting(client, edge);
          return !events.all("ejected " + addressOf(mute)).isEmpty();
        });
    Eventually.holds("its return", () -> !events.all("returned " + addressOf(mute)).isEmpty());
    assertThat(events.all("down")).isEmpty();
  }

  private static void sendUnlessOneIsWaiting(UdpClient client, VirtualServer edge) {
    if (edge.flows().size() == 0) {
      try {
        client.send("?");
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  private static String addressOf(UdpMember member) {
    return "127.0.0.1:" + member.address().getPort();
  }

  // ---- what is refused

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          type: FOO | (expected: A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, or TYPE1..TYPE65535)
          type: TYPE65536 | (expected: A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, or TYPE1..TYPE65535)
          code: WRONG | (expected: one of NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED, YXDOMAIN, YXRRSET, NXRRSET, NOTAUTH, NOTZONE)
          """)
  void aNameThatIsNotKnownIsRefused(String given, String expected) {
    String value = given.substring(given.indexOf(' ') + 1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> (given.startsWith("type") ? ASK.type(value) : ASK.expectCode(value)).check())
        .withMessage(given + " " + expected);
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ASK.type(0))
        .withMessage("type: 0 (expected: 1..65535)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ASK.expectCode(16))
        .withMessage("code: 16 (expected: 0..15)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ASK.minAnswers(65_536))
        .withMessage("minAnswers: 65536 (expected: 0..65535)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ASK.port(0))
        .withMessage("port: 0 (expected: 1..65535)");
  }

  @Test
  void aCheckTellsWhatItDoes() {
    assertThat(ASK.type(65).tcp().port(5353))
        .hasToString("dns over TCP www.example.org TYPE65 port 5353");
    assertThat(HealthMonitor.dns(".").toString()).startsWith("dns . A every ");
  }
}
