package io.lb4j.benchmarks.choose;

import io.lb4j.BalancingStrategy;
import io.lb4j.KeySource;
import io.lb4j.Pool;

/** What the benchmarks of choosing have in common. */
final class Strategies {
  private static final int[] WEIGHTS = {1, 2, 3, 5};
  private static final double FACTOR = 1.25;

  private Strategies() {}

  /** A pool of members that nobody connects to. */
  static Pool pool(int members) {
    Pool.Builder pool = Pool.builder("stub");
    for (int i = 0; i < members; i++) {
      String host = "10.0." + i / 250 + "." + (i % 250 + 1);
      pool.member(host, 80, WEIGHTS[i % WEIGHTS.length]);
    }
    return pool.build();
  }

  static BalancingStrategy named(String name) {
    KeySource key = KeySource.sourceAddress();
    return switch (name) {
      case "roundRobin" -> BalancingStrategy.roundRobin();
      case "weightedRoundRobin" -> BalancingStrategy.weightedRoundRobin();
      case "random" -> BalancingStrategy.random();
      case "weightedRandom" -> BalancingStrategy.weightedRandom();
      case "leastConnections" -> BalancingStrategy.leastConnections();
      case "shortestExpectedDelay" -> BalancingStrategy.shortestExpectedDelay();
      case "neverQueue" -> BalancingStrategy.neverQueue();
      case "firstAvailable" -> BalancingStrategy.firstAvailable();
      case "choices" -> BalancingStrategy.choices(3);
      case "responseTime" -> BalancingStrategy.responseTime();
      case "hostUtilisation" -> BalancingStrategy.hostUtilisation();
      case "randomTwoChoices" -> BalancingStrategy.randomTwoChoices();
      case "sourceHash" -> BalancingStrategy.sourceHash();
      case "maglev" -> BalancingStrategy.maglev(key);
      case "maglevBounded" -> BalancingStrategy.maglev(key).boundedLoad(FACTOR);
      case "ringHash" -> BalancingStrategy.ringHash(key);
      case "rendezvous" -> BalancingStrategy.rendezvous(key);
      default -> throw new IllegalArgumentException("strategy: " + name);
    };
  }
}
