package io.lb4j;

import io.lb4j.internal.util.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pools of members that nobody ever connects to. */
final class TestPools {
  private TestPools() {}

  /** The members 10.0.0.1:80, 10.0.0.2:80 and so on, of these weights. */
  static Pool weighted(BalancingStrategy strategy, int... weights) {
    Pool.Builder builder = Pool.builder("p").strategy(strategy);
    for (int i = 0; i < weights.length; i++) {
      builder.member(spec(i).weight(weights[i]));
    }
    return builder.build();
  }

  /** So many members of weight 1. */
  static Pool equal(BalancingStrategy strategy, int members) {
    int[] weights = new int[members];
    Arrays.fill(weights, 1);
    return weighted(strategy, weights);
  }

  static MemberSpec spec(int index) {
    int host = index + 1;
    return MemberSpec.of("10.0." + host / 256 + "." + host % 256, 80);
  }

  static void load(PoolMember member, int flows) {
    for (int i = 0; i < flows; i++) {
      if (!member.reserve(new StubFlow())) {
        throw new AssertionError(member + " is full");
      }
    }
  }

  /** Chooses as the pool stands now. */
  static PoolMember choose(Pool pool, Flow flow) {
    return pool.view().chooser().orElseThrow().choose(flow);
  }

  /** So many choices in a row, as the indices of members in the pool. */
  static List<Integer> choices(Pool pool, int count) {
    Chooser chooser = pool.view().chooser().orElseThrow();
    Flow flow = new StubFlow();
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      indices.add(pool.members().indexOf(chooser.choose(flow)));
    }
    return indices;
  }

  /** So many choices, counted by member in the order of the pool. */
  static long[] counts(Pool pool, int choices) {
    Chooser chooser = pool.view().chooser().orElseThrow();
    Flow flow = new StubFlow();
    Map<PoolMember, Integer> indices = new LinkedHashMap<>();
    pool.members().forEach(member -> indices.put(member, indices.size()));
    long[] counts = new long[indices.size()];
    for (int i = 0; i < choices; i++) {
      counts[indices.get(chooser.choose(flow))]++;
    }
    return counts;
  }

  /** A choice that remembers clients in a table of its own. */
  static MemberChoice choice(Pool pool, PersistencePolicy policy, Clock clock) {
    PersistenceEntries entries = new PersistenceEntries(policy, clock, new PersistenceCounters());
    return new MemberChoice(pool, policy, entries);
  }

  /** Whether flows go by it already that a member's health is this. */
  static boolean isKnownToBe(PoolMember member, Health health) {
    PoolView view = member.pool().view();
    return member.health() == health && view.available().contains(member) == member.isAvailable();
  }

  static void awaitHealth(PoolMember member, Health health) {
    Eventually.holds(member + " to be " + health, () -> isKnownToBe(member, health));
  }
}
