package io.lb4j;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which members flows are spread over when members stand in priority groups: those of the highest
 * group, and of the next ones below until enough are available (F5: priority group activation).
 * Backup members are the lowest groups.
 */
final class PriorityGroups {
  private PriorityGroups() {}

  /**
   * The members of the groups that are asked, in the order given.
   *
   * @param fit those that could be asked
   * @param minAvailable how many available ones are enough
   */
  static List<PoolMember> active(List<PoolMember> fit, int minAvailable) {
    Map<Integer, Integer> available = new TreeMap<>(Collections.reverseOrder());
    for (PoolMember member : fit) {
      available.merge(rank(member), member.isAvailable() ? 1 : 0, Integer::sum);
    }
    if (available.size() < 2) {
      return fit;
    }
    int lowest = lowestAsked(available, minAvailable);
    return fit.stream().filter(member -> rank(member) >= lowest).toList();
  }

  private static int lowestAsked(Map<Integer, Integer> available, int minAvailable) {
    int lowest = 0;
    int sum = 0;
    for (Map.Entry<Integer, Integer> group : available.entrySet()) {
      lowest = group.getKey();
      sum += group.getValue();
      if (sum >= minAvailable) {
        break;
      }
    }
    return lowest;
  }

  /** Says what is wrong with a pool whose members are all known. */
  static void check(String pool, List<MemberSpec> members, int minAvailable) {
    if (members.isEmpty()) {
      return; // they come later
    }
    if (members.stream().allMatch(MemberSpec::isBackup)) {
      throw new IllegalStateException(
          "pool "
              + pool
              + ": every member is a backup and there is none to back up; leave backup() off some");
    }
    if (minAvailable > members.size()) {
      throw new IllegalStateException(
          "pool "
              + pool
              + ": minAvailable "
              + minAvailable
              + " can never be met by "
              + members.size()
              + " members; ask for fewer or give more members");
    }
    if (minAvailable > 1 && members.stream().mapToInt(MemberSpec::rank).distinct().count() == 1) {
      throw new IllegalStateException(
          "pool "
              + pool
              + ": minAvailable "
              + minAvailable
              + " has no lower group to bring in; give some members another priority(...) or"
              + " backup()");
    }
  }

  static int rank(PoolMember member) {
    return member.state().spec().rank();
  }
}
