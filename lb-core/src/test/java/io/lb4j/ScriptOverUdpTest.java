package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.testing.UdpMember;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes by script over UDP on real sockets. */
class ScriptOverUdpTest extends ProbesOverUdp<ScriptCheck> {
  private static final ScriptCheck PING = ScriptCheck.create().send("ping").expect("pong").udp();

  @Override
  Check checkOf(ScriptCheck check) {
    return check.check();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static UdpMember.Answers saying(String... datagrams) {
    byte[][] all = Arrays.stream(datagrams).map(ScriptOverUdpTest::bytes).toArray(byte[][]::new);
    return UdpMember.always(all);
  }

  private static List<String> heardBy(UdpMember member, int datagrams) {
    return member.await(datagrams).stream()
        .map(heard -> new String(heard.bytes(), StandardCharsets.ISO_8859_1))
        .toList();
  }

  @Test
  void aScriptThatIsAnsweredPasses() throws IOException {
    UdpMember member = member(saying("pong"));

    assertThat(probe(PING, member.spec(), LONG).report()).isEqualTo(ProbeReport.PASSED);
    assertThat(heardBy(member, 1)).containsExactly("ping");
  }

  @Test
  void aMemberWithAnIpv6AddressIsSpokenTo() throws IOException {
    UdpMember member = ipv6Member(saying("pong"));

    assertThat(probe(PING, member.spec(), LONG).report()).isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void eachSendIsADatagram() throws IOException {
    ScriptCheck check =
        ScriptCheck.create().send("a").send("b").expect("B").sendHex("00").expect("\0").udp();
    UdpMember member =
        member(
            heard ->
                List.of(
                    bytes(new String(heard, StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT))));

    assertThat(probe(check, member.spec(), LONG).report()).isEqualTo(ProbeReport.PASSED);
    assertThat(heardBy(member, 3)).containsExactly("a", "b", "\0");
  }

  @Test
  void datagramsAreLookedAtOneAfterAnother() throws IOException {
    assertThat(report(PING, saying("", "p", "o", "ng"))).isEqualTo(ProbeReport.PASSED);
    assertThat(report(PING.expect("!"), saying("pong!"))).isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void aLongDatagramIsReadWhole() throws IOException {
    ScriptCheck check = PING.maxBytes(65_536);

    assertThat(report(check, saying("x".repeat(65_000) + "pong"))).isEqualTo(ProbeReport.PASSED);
    assertThat(failure(PING, saying("x".repeat(20_000))))
        .isEqualTo("no match for \"pong\" within 16384 bytes");
  }

  @Test
  void aMemberThatDrainsSaysSo() throws IOException {
    assertThat(report(PING.drainOn("maint"), saying("in maint")))
        .isEqualTo(ProbeReport.draining("draining: \"maint\" came"));
  }

  @Test
  void theLastExpectationCanBeReversed() throws IOException {
    ScriptCheck reversed = PING.reverse();

    assertThat(failure(reversed, saying("pong"))).isEqualTo("\"pong\" came (reverse)");
    assertThat(probe(reversed, member(saying("fine")).spec(), SHORT.multipliedBy(4)).report())
        .isEqualTo(ProbeReport.PASSED);
    assertThat(probe(reversed, member(UdpMember.SILENT).spec(), SHORT).failure())
        .isEqualTo("timed out waiting for \"pong\"");
  }

  @Test
  void aPortThatNobodyHearsAtFailsAtOnce() throws IOException {
    UdpMember member = member(UdpMember.SILENT);
    member.close();

    assertThat(probe(PING, member.spec(), LONG).failure()).isEqualTo("port unreachable");
    assertThat(probe(PING.reverse(), member.spec(), LONG).failure()).isEqualTo("port unreachable");
  }

  @Test
  void anotherPortIsSpokenTo() throws IOException {
    UdpMember side = member(saying("pong"));

    assertThat(
            probe(PING.port(side.address().getPort()), member(UdpMember.SILENT).spec(), LONG)
                .report())
        .isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void aUnixDomainSocketTakesNoDatagrams(@TempDir Path directory) {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("m.sock"));
    MemberSpec member = MemberSpec.of(ServiceAddress.unix(address.getPath()));

    assertThat(probe(PING, member, LONG).failure())
        .isEqualTo("no datagrams to a UNIX-domain socket");
  }

  // ---- in a pool

  @Test
  void aMemberThatGoesAwayGoesDown() throws IOException {
    UdpMember server = member(saying("pong"));
    PoolMember member =
        served(
            Pool.builder("game")
                .member(server.spec())
                .monitor(HealthMonitor.script(PING).interval(Duration.ofMillis(60)).fall(2)));

    Eventually.equal("at first", Health.UP, member::health);
    server.close();
    Eventually.equal("gone", Health.DOWN, member::health);
    assertThat(member.lastProbe().orElseThrow().result())
        .isEqualTo(ProbeResult.fail("port unreachable"));
  }

  private Pool.Builder told(UdpMember server, ScriptCheck check) {
    return Pool.builder("game")
        .member(server.spec())
        .proxyProtocol(ProxyProtocol.v2())
        .monitor(HealthMonitor.script(check).interval(Duration.ofSeconds(1)));
  }

  @Test
  void everyDatagramBeginsWithThePoolsProxyHeader() throws IOException {
    UdpMember server = member(saying("pong"));
    PoolMember member = served(told(server, PING.send("again").expect("pong")));

    Eventually.equal("the member", Health.UP, member::health);
    assertThat(heardBy(server, 2))
        .extracting(heard -> heard.substring(PROXY_HEADER))
        .startsWith("ping", "again");
    assertThat(heardBy(server, 2))
        .allMatch(heard -> heard.startsWith("\r\n\r\n\0\r\nQUIT\n \0\0\0"));
  }

  @Test
  void aDatagramWithoutRoomForTheHeaderIsNoFaultOfTheMember() throws IOException {
    UdpMember server = member(UdpMember.ECHO);
    ScriptCheck longest = ScriptCheck.create().send("x".repeat(65_507)).expect("x").udp();

    assertThat(probe(longest, server.spec(), LONG).report()).isEqualTo(ProbeReport.PASSED);
    PoolMember member = served(told(server, longest));
    Eventually.holds(
        "the complaint",
        () ->
            leaks.messages(Level.WARN).stream()
                .anyMatch(line -> line.contains("a datagram of 65523 bytes is too long to send")));
    assertThat(member.health()).isEqualTo(Health.UNKNOWN);
  }

  // ---- what is refused

  @Test
  void whatCannotBeOverUdpIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HealthMonitor.script(PING.tls(ProbeTls.verified().serverName("a"))))
        .withMessage(
            "script: [send 4 bytes, expect \"pong\"] over UDP TLS for a"
                + " (expected: with udp() no tls(): leave one of them out)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HealthMonitor.script(PING.expectEnd()))
        .withMessage(
            "script: [send 4 bytes, expect \"pong\", expect the end] over UDP"
                + " (expected: with udp() no expectEnd(): datagrams have no end)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HealthMonitor.script(ScriptCheck.create().expect("220").udp()))
        .withMessage(
            "script: [expect \"220\"] over UDP (expected: with udp() a send as first step)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HealthMonitor.script(PING.send("x".repeat(65_508))))
        .withMessage("send: 65508 bytes (expected: with udp() at most 65507 bytes)");
  }

  @Test
  void aCheckTellsThatItIsOverUdp() {
    assertThat(PING.port(7)).hasToString("[send 4 bytes, expect \"pong\"] over UDP port 7");
    assertThat(HealthMonitor.script(PING).toString()).startsWith("script over UDP every ");
  }
}
