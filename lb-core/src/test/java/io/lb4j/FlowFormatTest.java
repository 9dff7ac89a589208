package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlowFormatTest {
  private final Pool pool =
      Pool.builder("web").member("10.0.0.11", 8080).member("2001:db8::b", 8080).build();
  private final PoolMember first = pool.members().get(0);
  private final PoolMember second = pool.members().get(1);

  private StubFlow relaying() {
    StubFlow flow = new StubFlow();
    flow.id = 17;
    flow.client = StubFlow.inet("192.0.2.7", 51_234);
    flow.virtualServerAddress = StubFlow.inet("198.51.100.1", 443);
    flow.virtualClient = Optional.of(StubFlow.inet("10.0.0.1", 40_001));
    flow.member = Optional.of(first);
    flow.protocol = "https";
    flow.phase = Flow.Phase.RELAYING;
    flow.age = Duration.ofMillis(12_340);
    flow.idle = Duration.ofMillis(250);
    flow.bytesFromClient = 1234;
    flow.bytesFromMember = 9_876_543_210L;
    flow.persistenceKey = Optional.of("192.0.2.0/24");
    flow.attempts = List.of(attempt(first, ConnectAttempt.Outcome.CONNECTED, ""));
    return flow;
  }

  private static ConnectAttempt attempt(
      PoolMember member, ConnectAttempt.Outcome outcome, String detail) {
    return new ConnectAttempt(member, outcome, Duration.ofMillis(3), detail);
  }

  @Test
  void aFlowIsOneLineWithEverythingThatItKnows() {
    assertThat(FlowFormat.line(relaying()))
        .isEqualTo(
            "flow 17 edge/https 192.0.2.7:51234 <=> 198.51.100.1:443 | 10.0.0.1:40001 <=>"
                + " web/10.0.0.11:8080 RELAYING age 12.3s idle 250.0ms from client 1234 B"
                + " from member 9876543210 B key 192.0.2.0/24");
  }

  @Test
  void aFlowWithoutAMemberSaysNothingOfOne() {
    assertThat(FlowFormat.line(new StubFlow()))
        .isEqualTo(
            "flow 1 edge/http 192.0.2.1:40000 <=> 192.0.2.100:80 ACCEPTED age 0.0ms idle 0.0ms"
                + " from client 0 B from member 0 B");
  }

  @Test
  void aFlowThatConnectsPointsToItsMember() {
    StubFlow flow = new StubFlow();
    flow.phase = Flow.Phase.CONNECTING;
    flow.member = Optional.of(second);

    assertThat(FlowFormat.line(flow))
        .contains("<=> 192.0.2.100:80 | -> web/[2001:db8::b]:8080 CONNECTING");
  }

  @Test
  void anEndedFlowTellsItsReasonAndItsAttempts() {
    StubFlow flow = relaying();
    flow.phase = Flow.Phase.MEMBER_ENDED;
    flow.closeReason = Optional.of(CloseReason.CLIENT_RESET);
    flow.attempts =
        List.of(
            attempt(second, ConnectAttempt.Outcome.REFUSED, "connect refused"),
            attempt(first, ConnectAttempt.Outcome.CONNECTED, ""));

    assertThat(FlowFormat.line(flow))
        .contains(" MEMBER_ENDED CLIENT_RESET age ")
        .endsWith(
            " attempts [[2001:db8::b]:8080 REFUSED after 3.0ms (connect refused),"
                + " 10.0.0.11:8080 CONNECTED after 3.0ms]");
  }

  @Test
  void manyAttemptsAreToldOfAnOpenFlowToo() {
    StubFlow flow = relaying();
    flow.attempts =
        List.of(
            attempt(second, ConnectAttempt.Outcome.TIMED_OUT, "connect timed out"),
            attempt(first, ConnectAttempt.Outcome.CONNECTED, ""));

    assertThat(FlowFormat.line(flow)).contains(" attempts [[2001:db8::b]:8080 TIMED_OUT after");
  }

  @Test
  void theTableHasALineForEachFlowInColumns() {
    StubFlow accepted = new StubFlow();
    accepted.id = 4;
    String table = FlowFormat.table(List.<Flow>of(accepted, relaying()));

    assertThat(table)
        .isEqualTo(
            "Flow id  Client           Virtual server    Virtual client  Member             "
                + " Protocol  Phase     Age    Idle     From client  From member  Persistence\n"
                + "4        192.0.2.1:40000  192.0.2.100:80    -               -                  "
                + " http      ACCEPTED  0.0ms  0.0ms    0            0            -\n"
                + "17       192.0.2.7:51234  198.51.100.1:443  10.0.0.1:40001  web/10.0.0.11:8080 "
                + " https     RELAYING  12.3s  250.0ms  1234         9876543210   192.0.2.0/24\n");
  }

  @Test
  void anEmptyTableHasItsHeadings() {
    assertThat(FlowFormat.table(List.of()))
        .isEqualTo(
            "Flow id  Client  Virtual server  Virtual client  Member  Protocol  Phase  Age  Idle "
                + " From client  From member  Persistence\n");
  }
}
