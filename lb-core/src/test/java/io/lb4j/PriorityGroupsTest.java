package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which groups of members are asked. */
@Timeout(20)
class PriorityGroupsTest {
  private static Pool pool(int minAvailable) {
    return Pool.builder("p")
        .minAvailable(minAvailable)
        .member(TestPools.spec(0))
        .member(TestPools.spec(1).priority(10))
        .member(TestPools.spec(2).priority(10))
        .member(TestPools.spec(3).backup())
        .build();
  }

  private static List<Integer> asked(Pool pool) {
    return pool.view().asked().stream().map(pool.members()::indexOf).toList();
  }

  @Test
  void onlyTheHighestGroupIsAsked() {
    Pool pool = pool(1);

    assertThat(asked(pool)).containsExactly(1, 2);
    assertThat(TestPools.counts(pool, 10)).containsExactly(0, 5, 5, 0);
    assertThat(pool.availableMembers()).hasSize(4);
  }

  @Test
  void aLowerGroupJoinsBelowTheMinimumAndLeavesAtIt() {
    Pool pool = pool(2);
    pool.members().get(1).disable();
    assertThat(asked(pool)).containsExactly(0, 2);
    pool.members().get(1).enable();

    assertThat(asked(pool)).containsExactly(1, 2);
  }

  @Test
  void backupsComeLast() {
    Pool pool = pool(1);
    pool.members().get(1).disable();
    pool.members().get(2).disable();
    assertThat(asked(pool)).containsExactly(0);
    pool.members().get(0).drain();

    assertThat(asked(pool)).containsExactly(3);
  }

  @Test
  void groupsJoinUntilTheMinimumIsMet() {
    assertThat(asked(pool(3))).containsExactly(0, 1, 2);
    assertThat(asked(pool(4))).containsExactly(0, 1, 2, 3);
  }

  @Test
  void aFlowThatFailedOnAllThatAreAskedGoesToTheNextGroup() {
    Pool pool = pool(1);
    PersistencePolicy none = PersistencePolicy.none();
    MemberChoice choice = TestPools.choice(pool, none, new SteppedClock());
    PoolMember primary = pool.members().get(0);
    StubFlow flow = StubFlow.mayUse(member -> member.priority() < 10);

    assertThat(choice.choose(flow)).isEqualTo(new MemberChoice.Chosen(primary));
  }

  @Test
  void aGroupThatIsMerelyFullBringsNoOtherIn() {
    Pool pool =
        Pool.builder("p")
            .maxFlowsPerMember(1)
            .member(TestPools.spec(0))
            .member(TestPools.spec(1).backup())
            .build();
    PersistencePolicy none = PersistencePolicy.none();
    MemberChoice choice = TestPools.choice(pool, none, new SteppedClock());
    TestPools.load(pool.members().get(0), 1);

    assertThat(choice.choose(new StubFlow()))
        .isEqualTo(new MemberChoice.Refused(CloseReason.MEMBERS_FULL));
  }

  @Test
  void whatCanNeverWorkIsRefusedWithTheRemedy() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Pool.builder("p").member(TestPools.spec(0).backup()).build())
        .withMessage(
            "pool p: every member is a backup and there is none to back up; leave backup() off"
                + " some");
    assertThatIllegalStateException()
        .isThrownBy(() -> pool(5))
        .withMessage(
            "pool p: minAvailable 5 can never be met by 4 members; ask for fewer or give more"
                + " members");
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                Pool.builder("p")
                    .minAvailable(2)
                    .member(TestPools.spec(0))
                    .member(TestPools.spec(1))
                    .build())
        .withMessage(
            "pool p: minAvailable 2 has no lower group to bring in; give some members another"
                + " priority(...) or backup()");
  }
}
