package io.lb4j;

import io.lb4j.internal.util.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Takes the member whose {@link ResponseTime} times its flows is least for its weight. */
final class ResponseTimeChooser implements BuiltInChooser {
  static final BalancingStrategy STRATEGY =
      new BalancingStrategy() {
        @Override
        public Chooser over(List<PoolMember> available) {
          return new ResponseTimeChooser(available);
        }

        @Override
        public boolean measuresResponseTime() {
          return true;
        }

        @Override
        public String toString() {
          return "responseTime";
        }
      };

  /** Up to this many members, looking at all costs no more than drawing. */
  private static final int SCAN_ALL = 8;

  private final PoolMember[] members;
  private final int[] weights;
  private final Clock clock;

  private ResponseTimeChooser(List<PoolMember> available) {
    members = available.toArray(PoolMember[]::new);
    weights = Candidates.weightsOf(available);
    clock = members[0].pool().clock();
  }

  @Override
  public PoolMember choose(Flow flow) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int first = random.nextInt(members.length);
    return members.length <= SCAN_ALL ? quickest(flow, first) : quickerOfTwo(flow, first, random);
  }

  /** The usable one with the least cost; of equals, the first from {@code start} on. */
  private PoolMember quickest(Flow flow, int start) {
    long now = clock.nanoTime();
    int best = -1;
    double bestCost = 0;
    for (int i = 0; i < members.length; i++) {
      int index = start + i < members.length ? start + i : start + i - members.length;
      double cost = cost(index, now);
      if ((best < 0 || cost < bestCost) && flow.mayUse(members[index])) {
        best = index;
        bestCost = cost;
      }
    }
    return members[best < 0 ? start : best];
  }

  private PoolMember quickerOfTwo(Flow flow, int first, ThreadLocalRandom random) {
    int second = random.nextInt(members.length - 1);
    second += second >= first ? 1 : 0; // any but the first, each as likely
    long now = clock.nanoTime();
    boolean secondIsQuicker = cost(second, now) < cost(first, now);
    PoolMember quicker = members[secondIsQuicker ? second : first];
    PoolMember other = members[secondIsQuicker ? first : second];
    if (flow.mayUse(quicker)) {
      return quicker;
    }
    return flow.mayUse(other) ? other : Candidates.firstUsable(flow, members, first);
  }

  private double cost(int index, long now) {
    PoolMember member = members[index];
    int pending = member.activeFlows();
    double nanos = member.responseTimes().expectedNanos(pending, now);
    return weights[index] == 0 ? Double.MAX_VALUE : nanos * (pending + 1) / weights[index];
  }
}
