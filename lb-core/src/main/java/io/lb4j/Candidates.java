package io.lb4j;

import io.lb4j.internal.balance.LoadOrder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Steps that several choosers share. */
final class Candidates {
  private Candidates() {}

  /** Advances a shared cursor and says whose turn it is, 0 to {@code length - 1}. */
  static int turn(AtomicInteger cursor, int length) {
    return Integer.remainderUnsigned(cursor.getAndIncrement(), length);
  }

  /** Whose turn it will be after some others, without taking it. */
  static int nextTurn(AtomicInteger cursor, int others, int length) {
    return Integer.remainderUnsigned(cursor.get() + others, length);
  }

  /**
   * The member at {@code start} or the next one that the flow may use; that at {@code start} if
   * there is none.
   */
  static PoolMember firstUsable(Flow flow, PoolMember[] members, int start) {
    for (int i = 0; i < members.length; i++) {
      PoolMember member = members[wrap(start + i, members.length)];
      if (flow.mayUse(member)) {
        return member;
      }
    }
    return members[start];
  }

  /** The usable member that comes first by its load; of equals, the first from {@code start} on. */
  static PoolMember lightest(
      Flow flow, PoolMember[] members, int[] weights, LoadOrder order, int start) {
    int best = -1;
    int bestLoad = 0;
    for (int i = 0; i < members.length; i++) {
      int index = wrap(start + i, members.length);
      PoolMember member = members[index];
      int load = member.activeFlows();
      boolean lighter = best < 0 || order.isBefore(load, weights[index], bestLoad, weights[best]);
      if (lighter && flow.mayUse(member)) {
        best = index;
        bestLoad = load;
      }
    }
    return members[best < 0 ? start : best];
  }

  static int[] weightsOf(List<PoolMember> members) {
    return members.stream().mapToInt(PoolMember::effectiveWeight).toArray();
  }

  private static int wrap(int index, int length) {
    return index < length ? index : index - length;
  }
}
