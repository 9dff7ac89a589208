package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer;
import io.lb4j.testing.ScriptedMember;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Probes by script and by HTTP on real sockets. */
@Timeout(30)
class ApplicationMonitorTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Check PING = ScriptCheck.create().send("PING\r\n").expect("+PONG").check();
  private static final Check HEALTH = HttpCheck.get("/health").check();

  @RegisterExtension final LeakCheck leaks = new LeakCheck();
  private ProbeBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = leaks.own(new ProbeBench());
  }

  private ScriptedMember byHand() throws IOException {
    return leaks.member(new Behaviour.ByHand());
  }

  private static Behaviour replying(String reply) {
    String end = reply.startsWith("HTTP") ? "\r\n\r\n" : "\n";
    return new Behaviour.AnswerThenClose(end, Data.of(reply));
  }

  private String failureOf(Check check, Behaviour behaviour) throws IOException {
    return bench.begin(check, leaks.member(behaviour)).failure();
  }

  // ---- script

  @Test
  void aScriptThatIsAnsweredPassesAndHangsUpInOrder() throws IOException {
    ScriptedMember member = byHand();
    ProbeBench.Probing probing = bench.begin(PING, member);
    Peer peer = member.awaitFirst();
    peer.readUntil(6);
    peer.send("+PONG\r\n");

    assertThat(probing.report()).isEqualTo(ProbeReport.PASSED);
    assertThat(peer.readToEnd()).isEqualTo(Peer.Ending.END);
    assertThat(peer.text()).isEqualTo("PING\r\n");
  }

  @Test
  void theServerMaySpeakFirst() throws IOException {
    ScriptedMember member = byHand();
    Check check = ScriptCheck.create().expect("220 ").send("QUIT\r\n").expectEnd().check();
    ProbeBench.Probing probing = bench.begin(check, member);
    Peer peer = member.awaitFirst();
    peer.send("220 ready\r\n");
    peer.readUntil(6);
    peer.send("221 bye\r\n");
    peer.close();

    assertThat(probing.report()).isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void aReplyMayComeByteByByte() throws IOException {
    ScriptedMember member = byHand();
    Check check = ScriptCheck.create().sendHex("00 ff").expectHex("00ff0d0a").check();
    ProbeBench.Probing probing = bench.begin(check, member);
    Peer peer = member.awaitFirst();
    peer.readUntil(2);
    for (int part : new int[] {7, 0, 0xFF, '\r', '\n'}) {
      peer.send(new byte[] {(byte) part});
    }

    assertThat(probing.report()).isEqualTo(ProbeReport.PASSED);
    assertThat(peer.bytes()).containsExactly(0, 0xFF);
  }

  @Test
  void anEndlessReplyIsCutAtItsBudget() throws IOException {
    Behaviour endless = new Behaviour.Flood(Data.random(1, 4_000_000));

    assertThat(failureOf(PING, endless)).isEqualTo("no match for \"+PONG\" within 16384 bytes");
  }

  @Test
  void aSlowReplyIsCutAtTheTimeout() throws IOException {
    ScriptedMember member = byHand();
    PoolMember probed = ProbeBench.member(member.spec());
    ProbeBench.Probing probing = bench.begin(PING, probed, SHORT);
    Peer peer = member.awaitFirst();
    while (!probing.hasReported() && peer.trySend(".")) {
      Eventually.within(Duration.ofMillis(5), probing::hasReported);
    }

    assertThat(probing.failure()).isEqualTo("timed out waiting for \"+PONG\"");
    assertThat(peer.readToEnd()).isNotEqualTo(Peer.Ending.OPEN);
  }

  @Test
  void anEarlyEndAResetAndARefusalAreSaid() throws IOException {
    ScriptedMember gone = byHand();
    gone.stopListening();

    assertThat(failureOf(PING, replying("-ERR\r\n"))).isEqualTo("closed before \"+PONG\"");
    assertThat(failureOf(PING, new Behaviour.ResetAfter(1))).isEqualTo("connection reset");
    assertThat(bench.begin(PING, gone).failure()).isEqualTo("connect refused");
  }

  @Test
  void aMemberThatDrainsSaysSo() throws IOException {
    Check check = ScriptCheck.create().send("?\n").expect("up").drainOn("maint").check();
    ProbeBench.Probing probing = bench.begin(check, leaks.member(replying("in maint")));

    assertThat(probing.report()).isEqualTo(ProbeReport.draining("draining: \"maint\" came"));
  }

  @Test
  void anotherPortIsSpokenTo() throws IOException {
    ScriptedMember side = leaks.member(replying("+PONG"));
    int port = ((InetSocketAddress) side.address()).getPort();
    Check check = ScriptCheck.create().send("PING\n").expect("+PONG").port(port).check();

    assertThat(bench.begin(check, byHand()).report()).isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void anAbortedProbeClosesAndNeverReports() throws IOException {
    ScriptedMember member = byHand();
    ProbeBench.Probing probing = bench.begin(PING, member);
    Peer peer = member.awaitFirst();
    peer.readUntil(6);
    probing.abort();

    assertThat(peer.readToEnd()).isEqualTo(Peer.Ending.END);
    assertThat(probing.hasReported()).isFalse();
  }

  @Test
  void aUnixDomainMemberIsSpokenTo(@TempDir Path directory) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("m.sock"));
    ScriptedMember member =
        leaks.own(ScriptedMember.at(address, replying("HTTP/1.1 200 OK\r\n\r\n")));

    assertThat(bench.begin(HEALTH, member).report()).isEqualTo(ProbeReport.PASSED);
    assertThat(member.awaitFirst().text()).contains("\r\nHost: localhost\r\n");
  }

  // ---- HTTP

  @Test
  void theRequestIsWhatWasAskedFor() throws IOException {
    ScriptedMember member = byHand();
    Check check =
        HttpCheck.get("/health?deep=1")
            .method("POST")
            .host("app.example")
            .header("User-Agent", "probe/1")
            .header("X-Token", "a b")
            .check();
    ProbeBench.Probing probing = bench.begin(check, member);
    Peer peer = member.awaitFirst();
    String request =
        String.join(
            "\r\n",
            "POST /health?deep=1 HTTP/1.1",
            "Host: app.example",
            "Accept: */*",
            "User-Agent: probe/1",
            "X-Token: a b",
            "Content-Length: 0",
            "Connection: close",
            "",
            "");
    peer.readUntil(request.length());
    peer.send("HTTP/1.1 204 No Content\r\n\r\n");

    assertThat(probing.report()).isEqualTo(ProbeReport.PASSED);
    assertThat(peer.text()).isEqualTo(request);
  }

  @Test
  void theHostIsTheMembersByDefault() throws IOException {
    ScriptedMember member = leaks.member(replying("HTTP/1.1 200 OK\r\n\r\n"));
    int port = ((InetSocketAddress) member.address()).getPort();

    assertThat(bench.begin(HEALTH, member).report()).isEqualTo(ProbeReport.PASSED);
    assertThat(member.awaitFirst().text())
        .startsWith("GET /health HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUser-Agent: lb4j\r\n");
  }

  @Test
  void aWrongStatusIsSaidInWords() throws IOException {
    assertThat(failureOf(HEALTH, replying("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")))
        .isEqualTo("status 503 (expected: 200..399)");
  }

  @Test
  void aBodyIsMatchedAcrossReads() throws IOException {
    ScriptedMember member = byHand();
    Check check = HttpCheck.get("/").bodyMatch("\"status\":\\s*\"UP\"").check();
    ProbeBench.Probing probing = bench.begin(check, member);
    Peer peer = member.awaitFirst();
    peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"status\r\n");
    peer.send("6\r\n\": \"UP\r\n");
    peer.send("2\r\n\"}\r\n");

    assertThat(probing.report()).isEqualTo(ProbeReport.PASSED);
  }

  @Test
  void whatIsNoHttpOrTooMuchFailsInWords() throws IOException {
    assertThat(
            failureOf(HEALTH, new Behaviour.AnswerThenClose("\r\n\r\n", Data.of("SSH-2.0-x\r\n"))))
        .isEqualTo("malformed status line \"SSH-2.0-x\"");
    assertThat(failureOf(HEALTH, replying("HTTP/1.1 200 OK\r\nX: " + "y".repeat(20_000))))
        .isEqualTo("headers longer than 16384 bytes");
    assertThat(failureOf(HEALTH, new Behaviour.Flood(Data.of("\0".repeat(100_000)))))
        .isEqualTo("no status line within 16384 bytes");
    assertThat(failureOf(HEALTH, new Behaviour.CloseOnAccept()))
        .isIn("closed before the status line", "connection reset");
  }

  // ---- in a pool

  @Test
  void aMonitoredMemberGoesUpAndDownWithItsAnswers() throws IOException {
    ScriptedMember good = leaks.member(replying("HTTP/1.1 200 OK\r\n\r\n"));
    ScriptedMember bad = leaks.member(replying("HTTP/1.1 500 Oops\r\n\r\n"));
    Pool pool =
        Pool.builder("web")
            .member(good.spec())
            .member(bad.spec())
            .monitor(HealthMonitor.http("/health").interval(Duration.ofMillis(50)))
            .build();
    leaks.start(VirtualServer.builder("edge").listen("127.0.0.1", 0).loops(1).pool(pool));

    PoolMember first = pool.members().get(0);
    PoolMember second = pool.members().get(1);
    Eventually.equal("the good one", Health.UP, first::health);
    Eventually.equal("the bad one", Health.DOWN, second::health);
    assertThat(second.lastProbe().orElseThrow().result())
        .isEqualTo(ProbeResult.fail("status 500 (expected: 200..399)"));
  }
}
