package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Nowhere;
import io.lb4j.testing.ScriptedMember;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What flows tell of their members, on real sockets. */
@Timeout(60)
class PassiveHealthTest {
  private static final Duration BENCH_TIME = Duration.ofMillis(200);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private static Pool pool(MemberSpec bad, ScriptedMember good) {
    return Pool.builder("p")
        .strategy(BalancingStrategy.roundRobin())
        .ejection(EjectionPolicy.defaults().baseTime(BENCH_TIME).maxTime(BENCH_TIME))
        .member(bad)
        .member(good.spec())
        .build();
  }

  @Test
  void aMemberThatRefusesIsEjectedAndTriedByOneFlowAtATime() throws Exception {
    Nowhere refusing = leaks.own(Nowhere.refusing());
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(Edges.edge(pool(refusing.spec(), echo)));
    PoolMember bad = edge.pool().members().get(0);
    for (int i = 0; i < 9; i++) {
      assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
    }
    Eventually.holds("ejected", bad::isEjected);
    long before = bad.connectFailures();
    long begun = System.nanoTime();
    assertThat(before).isGreaterThanOrEqualTo(5);
    Eventually.holds("on trial", () -> bad.state().isOnTrial());
    for (int i = 0; i < 20; i++) {
      assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
    }

    long trials = 2 + (System.nanoTime() - begun) / BENCH_TIME.toNanos(); // and no more
    assertThat(bad.connectFailures()).isBetween(before, before + trials);
  }

  @Test
  void aMemberThatResetsBeforeItsFirstByteIsEjected() throws Exception {
    ScriptedMember resets = leaks.member(new Behaviour.ResetAfter(1));
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(Edges.edge(pool(resets.spec(), echo)));
    PoolMember bad = edge.pool().members().get(0);
    for (int i = 0; i < 10; i++) {
      try {
        leaks.client(edge).ask("hello");
      } catch (java.io.IOException reset) {
        // every other one
      }
    }

    Eventually.holds("ejected", bad::isEjected);
  }

  @Test
  void aTrialFlowThatIsAnsweredBringsItBack() throws Exception {
    ScriptedMember one = leaks.member(new Behaviour.Echo());
    ScriptedMember two = leaks.member(new Behaviour.Echo());
    VirtualServer edge = leaks.start(Edges.edge(pool(one.spec(), two)));
    PoolMember member = edge.pool().members().get(0);
    edge.pool().eject(member, "told to");
    Eventually.holds("on trial", () -> member.state().isOnTrial());
    for (int i = 0; member.isEjected() && i < 1000; i++) {
      assertThat(leaks.client(edge).ask("hello")).isEqualTo("hello");
    }

    assertThat(member.isEjected()).isFalse();
  }
}
