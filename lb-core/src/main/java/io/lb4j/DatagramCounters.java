package io.lb4j;

import java.util.Map;

/**
 * What became of the datagrams of a UDP virtual server, ever.
 *
 * @param fromClients how many have come from clients
 * @param fromMembers how many have come from members
 * @param droppedFromClients how many of the first were not sent on, by reason; without zeros
 * @param droppedFromMembers how many of the second were not sent on, by reason; without zeros
 */
public record DatagramCounters(
    long fromClients,
    long fromMembers,
    Map<DatagramDrop, Long> droppedFromClients,
    Map<DatagramDrop, Long> droppedFromMembers) {
  /** Keeps copies of the maps. */
  public DatagramCounters {
    droppedFromClients = Map.copyOf(droppedFromClients);
    droppedFromMembers = Map.copyOf(droppedFromMembers);
  }

  /** How many were not sent on. */
  public long dropped() {
    return sum(droppedFromClients) + sum(droppedFromMembers);
  }

  private static long sum(Map<DatagramDrop, Long> dropped) {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }
}
