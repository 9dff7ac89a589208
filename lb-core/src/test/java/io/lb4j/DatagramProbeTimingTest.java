package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.ProbeThreads;
import io.lb4j.internal.probe.Prober;
import io.lb4j.testing.DnsReplies;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.UdpMember;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When probes by datagrams send and give up, on a loop that the test drives. */
@Timeout(20)
class DatagramProbeTimingTest {
  private static final Duration TIMEOUT = Duration.ofMillis(900);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();
  private final SteppedClock clock = new SteppedClock();
  private final ProbeThreads threads = new ProbeThreads("unused");
  private final List<ProbeReport> reports = new ArrayList<>();
  private UdpMember server;
  private EventLoop loop;

  @BeforeEach
  void open() throws IOException {
    server = leaks.own(UdpMember.with(UdpMember.SILENT));
    loop = new EventLoop("driven", new NioTransport(), clock);
  }

  @AfterEach
  void close() {
    loop.stop();
    threads.shutdownNow();
  }

  private Prober begin(Check check) throws IOException {
    PoolMember member = ProbeBench.member(server.spec());
    Prober prober = check.proberOf(member, new ProbeRoom(loop, threads));
    loop.runOnce(0);
    prober.begin(TIMEOUT.toNanos(), reports::add);
    return prober;
  }

  private void step(int millis) throws IOException {
    for (int i = 0; i < millis; i++) {
      clock.step(Duration.ofMillis(1));
      loop.runOnce(0);
    }
    loop.runOnce(0); // what became due in the last turn
  }

  @Test
  void aQueryIsSentAgainAfterAThirdAndTwoThirdsOfTheTimeout() throws IOException {
    begin(DnsCheck.query("a").check());
    step(295);
    assertThat(server.await(1)).hasSize(1);
    step(10);
    assertThat(server.await(2)).hasSize(2);
    step(285);
    assertThat(server.heard()).hasSize(2);
    step(15);
    assertThat(server.await(3)).hasSize(3);
    step(290);
    assertThat(reports).isEmpty();
    step(10);

    assertThat(reports)
        .containsExactly(ProbeReport.failed("timed out waiting for the reply to a A"));
    step(1000);
    assertThat(server.heard()).hasSize(3);
  }

  @Test
  void aReplyToALaterQueryPasses() throws IOException {
    begin(DnsCheck.query("a").check());
    step(310);
    server.await(2);
    server.answer(query -> List.of(DnsReplies.to(query, 0, 0)));
    step(300);
    List<UdpMember.Heard> heard = server.await(3);
    while (reports.isEmpty()) {
      loop.runOnce(1_000_000);
    }

    assertThat(reports).containsExactly(ProbeReport.PASSED);
    assertThat(heard.stream().map(each -> ByteBuffer.wrap(each.bytes())).distinct())
        .as("the same query")
        .hasSize(1);
    assertThat(heard.stream().map(UdpMember.Heard::from).distinct())
        .as("from the same port")
        .hasSize(1);
  }

  @Test
  void nothingIsSentAgainOnceGivenUp() throws IOException {
    Prober prober = begin(DnsCheck.query("a").check());
    server.await(1);
    prober.abort();
    step(1000);

    assertThat(server.heard()).hasSize(1);
    assertThat(reports).isEmpty();
  }

  @Test
  void aScriptSendsNothingAgain() throws IOException {
    begin(ScriptCheck.create().send("ping").expect("pong").udp().check());
    step(890);
    assertThat(reports).isEmpty();
    step(20);

    assertThat(reports).containsExactly(ProbeReport.failed("timed out waiting for \"pong\""));
    assertThat(server.await(1)).hasSize(1);
  }
}
