package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class PersistenceTableTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private final SteppedClock clock = new SteppedClock();
  private final List<PoolMember> members =
      TestPools.equal(BalancingStrategy.roundRobin(), 8).members();
  private final PoolMember a = members.get(0);
  private final PoolMember b = members.get(1);

  private PersistenceTable table(int maxEntries) {
    PersistencePolicy policy = PersistencePolicy.sourceAddress(TIMEOUT).maxEntries(maxEntries);
    return new PersistenceTable(policy, clock);
  }

  private static AddressKey key(int number) {
    try {
      byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
      return AddressKey.of(InetAddress.getByAddress(address), 32, 128);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void claim(PersistenceTable table, int client) {
    assertThat(table.claim(key(client), a, Optional.empty())).isSameAs(a);
    clock.step(Duration.ofMillis(1));
  }

  private boolean uses(PersistenceTable table, int client) {
    boolean found = table.find(key(client)).isPresent();
    clock.step(Duration.ofMillis(1));
    return found;
  }

  @Test
  void aClientIsFoundAgain() {
    PersistenceTable table = table(10);
    assertThat(table.find(key(1))).isEmpty();
    claim(table, 1);

    assertThat(table.find(key(1))).containsSame(a);
    assertThat(table.find(key(2))).isEmpty();
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void aRecordExpiresWhenItIsNotUsed() {
    PersistenceTable table = table(10);
    table.claim(key(1), a, Optional.empty());
    table.claim(key(2), a, Optional.empty());

    clock.step(TIMEOUT.minusNanos(1));
    assertThat(table.find(key(1))).as("a nanosecond before its time").containsSame(a);
    clock.step(Duration.ofNanos(1));
    assertThat(table.find(key(2))).as("when its time is over").isEmpty();
  }

  @Test
  void everyUseRefreshesARecord() {
    PersistenceTable table = table(10);
    table.claim(key(1), a, Optional.empty());
    for (int i = 0; i < 20; i++) {
      clock.step(TIMEOUT.minusSeconds(1));
      assertThat(table.find(key(1))).as("use %d", i).containsSame(a);
    }
    clock.step(TIMEOUT);
    assertThat(table.find(key(1))).isEmpty();
  }

  @Test
  void anExpiredRecordGivesWay() {
    PersistenceTable table = table(10);
    table.claim(key(1), a, Optional.empty());
    clock.step(TIMEOUT);

    assertThat(table.claim(key(1), b, Optional.empty())).isSameAs(b);
    assertThat(table.find(key(1))).containsSame(b);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void whoComesSecondGetsTheMemberOfWhoCameFirst() {
    PersistenceTable table = table(10);
    table.claim(key(1), a, Optional.empty());

    assertThat(table.claim(key(1), b, Optional.empty())).isSameAs(a);
    assertThat(table.find(key(1))).containsSame(a);
  }

  @Test
  void aRecordOfAMemberThatIsNoLongerFitIsRewritten() {
    PersistenceTable table = table(10);
    table.claim(key(1), a, Optional.empty());

    assertThat(table.claim(key(1), b, Optional.of(a))).isSameAs(b);
    assertThat(table.find(key(1))).containsSame(b);
    assertThat(table.claim(key(1), a, Optional.of(a)))
        .as("a claim against a record that has changed meanwhile")
        .isSameAs(b);
  }

  @Test
  void aClaimRefreshesARecord() {
    PersistenceTable table = table(10);
    table.claim(key(1), a, Optional.empty());
    clock.step(TIMEOUT.minusSeconds(1));
    table.claim(key(1), b, Optional.empty());
    clock.step(TIMEOUT.minusSeconds(1));

    assertThat(table.find(key(1))).containsSame(a);
  }

  @Test
  void recordsAreBounded() {
    PersistenceTable table = table(10);
    for (int i = 0; i < 1000; i++) {
      claim(table, i);
      assertThat(table.size()).as("records after %d clients", i + 1).isEqualTo(Math.min(i + 1, 10));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(table.find(key(i)).isPresent()).as("client %d is known", i).isEqualTo(i >= 990);
    }
  }

  @Test
  void theOneNotUsedForLongestGoes() {
    PersistenceTable table = table(3);
    claim(table, 1);
    claim(table, 2);
    claim(table, 3);
    assertThat(uses(table, 1)).isTrue();

    claim(table, 4);

    assertThat(table.find(key(2))).as("the oldest that was not used").isEmpty();
    assertThat(table.find(key(1))).as("older, but used").isPresent();
    assertThat(table.find(key(3))).isPresent();
    assertThat(table.find(key(4))).isPresent();
  }

  @Test
  void aNewClientIsKnownThoughEveryOtherWasUsedMeanwhile() {
    PersistenceTable table = table(3);
    claim(table, 1);
    claim(table, 2);
    claim(table, 3);
    for (int client = 1; client <= 3; client++) {
      assertThat(uses(table, client)).isTrue();
    }

    claim(table, 4);

    assertThat(table.size()).isEqualTo(3);
    assertThat(table.find(key(4))).as("the newest, which has just been used").isPresent();
    assertThat(table.find(key(1))).as("the one not used for longest").isEmpty();
  }

  @Test
  void aTableOfOneKnowsTheLatestClient() {
    PersistenceTable table = table(1);
    for (int client = 0; client < 50; client++) {
      claim(table, client);
      assertThat(uses(table, client)).as("client %d", client).isTrue();
      assertThat(table.size()).isEqualTo(1);
    }
  }

  @Test
  void recordsThatNobodyComesBackToDoNotStay() {
    PersistenceTable table = table(1000);
    for (int i = 0; i < 500; i++) {
      claim(table, i);
    }
    clock.step(TIMEOUT);
    for (int i = 0; i < 20; i++) {
      claim(table, 1000 + i);
    }

    assertThat(table.size()).as("records left after all but twenty expired").isEqualTo(20);
  }

  @Test
  void theFirstFlowsOfAClientAgreeOnOneMember() {
    for (int round = 0; round < 200; round++) {
      PersistenceTable table = table(10);
      AddressKey key = key(round);
      Set<PoolMember> answers = ConcurrentHashMap.newKeySet();
      Threads.together(
          4, number -> answers.add(table.claim(key, members.get(number), Optional.empty())));
      assertThat(answers).as("answers in round %d", round).hasSize(1);
      assertThat(table.find(key)).contains(answers.iterator().next());
    }
  }

  @Test
  void theBoundHoldsWithEightThreads() {
    long seed = System.nanoTime();
    PersistenceTable table = table(100);
    Threads.together(
        8,
        number -> {
          Random random = new Random(seed + number);
          for (int i = 0; i < 5000; i++) {
            AddressKey key = key(random.nextInt(1000));
            if (table.find(key).isEmpty()) {
              table.claim(key, members.get(number), Optional.empty());
            }
            clock.step(Duration.ofNanos(1));
          }
        });
    long known = 0;
    for (int i = 0; i < 1000; i++) {
      known += table.find(key(i)).isPresent() ? 1 : 0;
    }

    assertThat(table.size()).as("records, seed %d", seed).isBetween(1, 100);
    assertThat(known).as("clients that are known, seed %d", seed).isEqualTo(table.size());
  }
}
