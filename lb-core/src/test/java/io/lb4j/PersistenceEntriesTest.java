package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class PersistenceEntriesTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private final SteppedClock clock = new SteppedClock();
  private final PersistenceCounters counters = new PersistenceCounters();
  private final List<PoolMember> members =
      TestPools.equal(BalancingStrategy.roundRobin(), 8).members();
  private final PoolMember a = members.get(0);
  private final PoolMember b = members.get(1);

  private PersistenceEntries table(int maxEntries) {
    PersistencePolicy policy = PersistencePolicy.sourceAddress(TIMEOUT).maxEntries(maxEntries);
    return new PersistenceEntries(policy, clock, counters);
  }

  private static AddressKey key(int number) {
    try {
      byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
      return AddressKey.of(InetAddress.getByAddress(address), 32, 128);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void claim(PersistenceEntries table, int client) {
    assertThat(table.claim(key(client), a, false)).isSameAs(a);
    clock.step(Duration.ofMillis(1));
  }

  private boolean uses(PersistenceEntries table, int client) {
    boolean found = table.find(key(client)).isPresent();
    clock.step(Duration.ofMillis(1));
    return found;
  }

  @Test
  void aClientIsFoundAgain() {
    PersistenceEntries table = table(10);
    assertThat(table.find(key(1))).isEmpty();
    claim(table, 1);

    assertThat(table.find(key(1))).containsSame(a);
    assertThat(table.find(key(2))).isEmpty();
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void aRecordExpiresWhenItIsNotUsed() {
    PersistenceEntries table = table(10);
    table.claim(key(1), a, false);
    table.claim(key(2), a, false);

    clock.step(TIMEOUT.minusNanos(1));
    assertThat(table.find(key(1))).as("a nanosecond before its time").containsSame(a);
    clock.step(Duration.ofNanos(1));
    assertThat(table.find(key(2))).as("when its time is over").isEmpty();
  }

  @Test
  void everyUseRefreshesARecord() {
    PersistenceEntries table = table(10);
    table.claim(key(1), a, false);
    for (int i = 0; i < 20; i++) {
      clock.step(TIMEOUT.minusSeconds(1));
      assertThat(table.find(key(1))).as("use %d", i).containsSame(a);
    }
    clock.step(TIMEOUT);
    assertThat(table.find(key(1))).isEmpty();
  }

  @Test
  void anExpiredRecordGivesWay() {
    PersistenceEntries table = table(10);
    table.claim(key(1), a, false);
    clock.step(TIMEOUT);

    assertThat(table.claim(key(1), b, false)).isSameAs(b);
    assertThat(table.find(key(1))).containsSame(b);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void whoComesSecondGetsTheMemberOfWhoCameFirst() {
    PersistenceEntries table = table(10);
    table.claim(key(1), a, false);

    assertThat(table.claim(key(1), b, false)).isSameAs(a);
    assertThat(table.find(key(1))).containsSame(a);
  }

  @Test
  void aRecordOfAMemberThatIsNoLongerFitIsRewritten() {
    PersistenceEntries table = table(10);
    table.claim(key(1), a, false);

    a.drain();
    assertThat(table.claim(key(1), b, false)).as("while it drains").isSameAs(a);
    a.disable();
    assertThat(table.claim(key(1), b, false)).isSameAs(b);
    assertThat(table.find(key(1))).containsSame(b);
    a.enable();
    assertThat(table.claim(key(1), a, false)).as("when it is back").isSameAs(b);
  }

  @Test
  void aClaimRefreshesARecord() {
    PersistenceEntries table = table(10);
    table.claim(key(1), a, false);
    clock.step(TIMEOUT.minusSeconds(1));
    table.claim(key(1), b, false);
    clock.step(TIMEOUT.minusSeconds(1));

    assertThat(table.find(key(1))).containsSame(a);
  }

  @Test
  void recordsAreBounded() {
    PersistenceEntries table = table(10);
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
    PersistenceEntries table = table(3);
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
    PersistenceEntries table = table(3);
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
    PersistenceEntries table = table(1);
    for (int client = 0; client < 50; client++) {
      claim(table, client);
      assertThat(uses(table, client)).as("client %d", client).isTrue();
      assertThat(table.size()).isEqualTo(1);
    }
  }

  @Test
  void recordsThatNobodyComesBackToDoNotStay() {
    PersistenceEntries table = table(1000);
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
      PersistenceEntries table = table(10);
      AddressKey key = key(round);
      Set<PoolMember> answers = ConcurrentHashMap.newKeySet();
      Threads.together(4, number -> answers.add(table.claim(key, members.get(number), false)));
      assertThat(answers).as("answers in round %d", round).hasSize(1);
      assertThat(table.find(key)).contains(answers.iterator().next());
    }
  }

  @Test
  void theBoundHoldsWithEightThreads() {
    long seed = System.nanoTime();
    PersistenceEntries table = table(100);
    Threads.together(
        8,
        number -> {
          Random random = new Random(seed + number);
          for (int i = 0; i < 5000; i++) {
            AddressKey key = key(random.nextInt(1000));
            if (table.find(key).isEmpty()) {
              table.claim(key, members.get(number), false);
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

  @Test
  void aPutReplacesWhateverIsThere() {
    PersistenceEntries table = table(10);
    claim(table, 1);
    table.put(key(1), b);
    table.put(key(2), b);

    assertThat(table.find(key(1))).containsSame(b);
    assertThat(table.find(key(2))).containsSame(b);
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void aRemovedRecordIsGoneAndItsPlaceIsUsedAgain() {
    PersistenceEntries table = table(10);
    claim(table, 1);
    claim(table, 2);

    assertThat(table.remove(key(1))).isTrue();
    assertThat(table.remove(key(1))).as("once more").isFalse();
    assertThat(table.remove(key(3))).as("a stranger").isFalse();
    assertThat(table.find(key(1))).isEmpty();
    assertThat(table.peek(key(1))).isEmpty();
    assertThat(table.size()).isEqualTo(1);
    assertThat(table.claim(key(1), b, false)).as("when it is back").isSameAs(b);
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void recordsThatComeAndGoForEverKeepNoMemory() {
    PersistenceEntries table = table(100);
    claim(table, 0); // stays at the head of the queue, unused
    for (int i = 1; i < 10_000; i++) {
      claim(table, i);
      assertThat(table.remove(key(i))).isTrue();
      assertThat(table.places()).isLessThanOrEqualTo(100);
      assertThat(table.queued()).isEqualTo(table.places());
    }
    assertThat(table.size()).isLessThanOrEqualTo(1);
  }

  @Test
  void aClearedTableTakesRecordsAnew() {
    PersistenceEntries table = table(10);
    for (int i = 0; i < 10; i++) {
      claim(table, i);
    }
    table.remove(key(3));
    table.clear();
    assertThat(table.size()).isZero();
    assertThat(table.queued()).isZero();
    assertThat(table.find(key(1))).isEmpty();
    for (int i = 0; i < 20; i++) {
      claim(table, i);
    }

    assertThat(table.size()).isEqualTo(10);
  }

  @Test
  void countersTellWhatBecameOfLookupsAndRecords() {
    PersistenceEntries table = table(2);
    uses(table, 1);
    claim(table, 1);
    claim(table, 2);
    claim(table, 3); // drops the first
    uses(table, 3);
    uses(table, 1);
    table.peek(key(2));
    table.put(key(3), b);
    table.put(key(3), b);
    clock.step(TIMEOUT);
    table.claim(key(3), a, false);
    table.remove(key(3));

    assertThat(counters).hasToString("1 hits, 2 misses, 5 made, 1 expired, 1 evicted");
  }

  @Test
  void everythingAtOnceLeavesTheTableInOrder() {
    long seed = System.nanoTime();
    PersistenceEntries table = table(100);
    Threads.together(
        8,
        number -> {
          Random random = new Random(seed + number);
          for (int i = 0; i < 5000; i++) {
            AddressKey key = key(random.nextInt(200));
            switch (random.nextInt(6)) {
              case 0 -> table.remove(key);
              case 1 -> table.put(key, members.get(number));
              case 2 -> clock.step(Duration.ofSeconds(random.nextInt(3)));
              case 3 -> assertThat(table.stream().count()).isBetween(0L, 200L);
              case 4 -> table.putIfFresher(key, a, random.nextLong(TIMEOUT.toNanos()));
              default -> {
                if (table.find(key).isEmpty()) {
                  table.claim(key, members.get(number), false);
                }
              }
            }
            if (i % 1000 == 999) {
              table.clear();
            }
          }
        });

    assertThat(table.places()).as("places, seed %d", seed).isBetween(0, 100);
    assertThat(table.queued()).as("queue, seed %d", seed).isEqualTo(table.places());
    assertThat(table.stream().count()).as("live, seed %d", seed).isLessThanOrEqualTo(table.size());
    table.clear();
    assertThat(table.size()).as("when cleared, seed %d", seed).isZero();
    assertThat(table.places()).as("when cleared, seed %d", seed).isZero();
  }
}
