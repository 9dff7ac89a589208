package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

class RoundRobinTest {

  @Test
  void membersTakeTurnsInTheOrderOfThePool() {
    Pool pool = TestPools.weighted(BalancingStrategy.roundRobin(), 9, 1, 1);

    assertThat(TestPools.choices(pool, 7)).containsExactly(0, 1, 2, 0, 1, 2, 0);
  }

  @Test
  void thirtyFlowsOverTwoMembersAreFifteenEach() {
    assertThat(TestPools.counts(TestPools.equal(BalancingStrategy.roundRobin(), 2), 30))
        .containsExactly(15, 15);
  }

  @Test
  void sharesAreExactWithEightThreads() {
    Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 3);
    Chooser chooser = pool.view().chooser().orElseThrow();
    AtomicLongArray counts = new AtomicLongArray(3);
    Threads.together(
        8,
        number -> {
          for (int i = 0; i < 3000; i++) {
            counts.incrementAndGet(pool.members().indexOf(chooser.choose(new StubFlow())));
          }
        });

    assertThat(List.of(counts.get(0), counts.get(1), counts.get(2)))
        .containsExactly(8000L, 8000L, 8000L);
  }

  @Test
  void theTurnGoesOnWhereItWasWhenMembersComeAndGo() {
    Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 3);
    List<PoolMember> members = pool.members();

    assertThat(next(pool)).isSameAs(members.get(0));
    pool.add("10.0.0.4", 80);
    assertThat(next(pool)).as("second turn, of four now").isSameAs(members.get(1));
    members.get(0).disable();
    assertThat(next(pool)).as("third turn, of the other three").isSameAs(pool.members().get(3));
    members.get(0).enable();
    assertThat(next(pool)).as("fourth turn, of four").isSameAs(pool.members().get(3));
    assertThat(next(pool)).as("fifth turn, of four").isSameAs(members.get(0));
  }

  @Test
  void aFlappingMemberDoesNotFavourTheFirst() {
    Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 4);
    PoolMember flapping = pool.members().get(3);
    long[] counts = new long[4];
    for (int i = 0; i < 1200; i++) {
      if (i % 6 == 0) {
        flapping.disable();
      } else if (i % 6 == 3) {
        flapping.enable();
      }
      counts[pool.members().indexOf(next(pool))]++;
    }

    assertThat(counts[0]).as("turns of the first, of %s", counts).isBetween(250L, 400L);
  }

  @Test
  void theTurnOutlivesATimeWithoutAnyMember() {
    Pool pool = TestPools.equal(BalancingStrategy.roundRobin(), 2);
    List<PoolMember> members = pool.members();
    List<PoolMember> chosen = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      chosen.add(next(pool));
      members.forEach(PoolMember::disable);
      members.forEach(PoolMember::enable);
    }

    assertThat(chosen)
        .containsExactly(members.get(0), members.get(1), members.get(0), members.get(1));
  }

  private static PoolMember next(Pool pool) {
    return TestPools.choose(pool, new StubFlow());
  }
}
