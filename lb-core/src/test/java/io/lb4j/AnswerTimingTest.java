package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Nowhere;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What flows tell of their members' response times, on real sockets. */
@Timeout(60)
class AnswerTimingTest {
  private static final Duration ALMOST_A_SECOND = Duration.ofMillis(700); // it falls while we look

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private VirtualServer edge(BalancingStrategy strategy, MemberSpec... members) {
    Pool.Builder pool = Pool.builder("p").strategy(strategy);
    List.of(members).forEach(pool::member);
    return leaks.start(Edges.edge(pool.build()));
  }

  private VirtualServer edge(Behaviour behaviour) throws IOException {
    return edge(BalancingStrategy.responseTime(), leaks.member(behaviour).spec());
  }

  private static PoolMember only(VirtualServer edge) {
    return edge.pool().members().get(0);
  }

  private static boolean failedBy(PoolMember member) {
    return member.responseTime().filter(time -> time.compareTo(ALMOST_A_SECOND) > 0).isPresent();
  }

  @Test
  void anAnswerIsTimed() throws Exception {
    VirtualServer edge = edge(new Behaviour.Echo());
    assertThat(only(edge).responseTime()).isEmpty();
    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");

    assertThat(only(edge).responseTime())
        .hasValueSatisfying(time -> assertThat(time).isBetween(Duration.ZERO, ALMOST_A_SECOND));
  }

  @Test
  void whatTheMemberSaysFirstIsTimed() throws Exception {
    VirtualServer edge = edge(new Behaviour.HalfCloseAfter(Data.random(1, 100)));
    leaks.client(edge).readUntil(100);

    assertThat(only(edge).responseTime()).isPresent();
  }

  @Test
  void aRefusedConnectIsAFailure() throws Exception {
    Nowhere refusing = leaks.own(Nowhere.refusing());
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = edge(BalancingStrategy.responseTime(), refusing.spec(), echo.spec());
    for (int i = 0; i < 50; i++) {
      TestClient client = leaks.client(edge);
      assertThat(client.ask("hello")).isEqualTo("hello");
      client.close();
    }

    long tried = only(edge).connectFailures();
    assertThat(tried).as("not every other time").isLessThan(10);
    assertThat(failedBy(only(edge))).isEqualTo(tried > 0);
  }

  @Test
  void aResetBeforeTheFirstByteIsAFailure() throws Exception {
    VirtualServer edge = edge(new Behaviour.ResetAfter(1));
    leaks.client(edge).send("hello");

    Eventually.holds("failed", () -> failedBy(only(edge)));
  }

  @Test
  void anEndWithoutAnAnswerIsAFailure() throws Exception {
    VirtualServer edge = edge(new Behaviour.ReplyThenClose(5, Data.random(0, 0)));
    TestClient client = leaks.client(edge);
    client.send("hello");
    client.readToEnd();
    client.close();

    Eventually.holds("failed", () -> failedBy(only(edge)));
  }

  @Test
  void aClientThatGivesUpTellsSomething() throws Exception {
    VirtualServer edge = edge(new Behaviour.ByHand());
    TestClient client = leaks.client(edge);
    client.send("hello");
    Eventually.holds(
        "asked", () -> edge.flows().stream().anyMatch(flow -> flow.bytesFromClient() > 0));
    client.reset();

    Eventually.holds("known", () -> only(edge).responseTime().isPresent());
  }

  @Test
  void aClientThatOnlyConnectsTellsNothing() throws Exception {
    VirtualServer edge = edge(new Behaviour.Echo());
    leaks.client(edge).close();
    Eventually.holds("ended", () -> edge.flows().closed() == 1);

    assertThat(only(edge).responseTime()).isEmpty();
  }

  @Test
  void bytesTakenBeforeTheChoiceAreAQuestion() throws Exception {
    KeySource firstByte = KeySource.inspected("first byte", bytes -> Inspection.key("x"));
    BalancingStrategy inspecting =
        new BalancingStrategy() {
          @Override
          public Chooser over(List<PoolMember> available) {
            return BalancingStrategy.responseTime().over(available);
          }

          @Override
          public List<KeySource> keySources() {
            return List.of(firstByte);
          }

          @Override
          public boolean measuresResponseTime() {
            return true;
          }
        };
    ScriptedMember silent = leaks.member(new Behaviour.ReplyThenClose(5, Data.random(0, 0)));
    VirtualServer edge = edge(inspecting, silent.spec());
    TestClient client = leaks.client(edge);
    client.send("hello");
    client.readToEnd();
    client.close();

    Eventually.holds("failed, since it was asked", () -> failedBy(only(edge)));
  }

  @Test
  void othersAreNotTimed() throws Exception {
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = edge(BalancingStrategy.leastConnections(), echo.spec());
    assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");

    assertThat(only(edge).responseTime()).isEmpty();
  }
}
