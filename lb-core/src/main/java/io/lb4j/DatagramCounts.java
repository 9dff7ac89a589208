package io.lb4j;

import io.lb4j.internal.net.DatagramOutcome;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/** One loop's part of {@link DatagramCounters}. */
final class DatagramCounts {
  private final LoopCounter fromClients = new LoopCounter();
  private final LoopCounter fromMembers = new LoopCounter();
  private final Map<DatagramDrop, LoopCounter> droppedFromClients = counters();
  private final Map<DatagramDrop, LoopCounter> droppedFromMembers = counters();

  private static Map<DatagramDrop, LoopCounter> counters() {
    Map<DatagramDrop, LoopCounter> counters = new EnumMap<>(DatagramDrop.class);
    for (DatagramDrop why : DatagramDrop.values()) {
      counters.put(why, new LoopCounter());
    }
    return counters;
  }

  void fromClient() {
    fromClients.increment();
  }

  /** How many have come. */
  long received() {
    return fromClients.get() + fromMembers.get();
  }

  void fromMember() {
    fromMembers.increment();
  }

  void droppedFromClient(DatagramDrop why) {
    droppedFromClients.get(why).increment();
  }

  void droppedFromMember(DatagramOutcome why) {
    droppedFromMember(meaning(why));
  }

  void droppedFromMember(DatagramDrop why) {
    droppedFromMembers.get(why).increment();
  }

  void droppedFromClient(DatagramOutcome why) {
    droppedFromClient(meaning(why));
  }

  private static DatagramDrop meaning(DatagramOutcome why) {
    return switch (why) {
      case NO_ROOM -> DatagramDrop.BUFFER_FULL;
      case TOO_LONG -> DatagramDrop.TOO_LONG;
      case REFUSED -> DatagramDrop.UNSENDABLE;
      case SENT -> throw new IllegalArgumentException("not dropped");
    };
  }

  /** All loops together. Any thread. */
  static DatagramCounters sum(Collection<DatagramCounts> loops) {
    return new DatagramCounters(
        loops.stream().mapToLong(loop -> loop.fromClients.get()).sum(),
        loops.stream().mapToLong(loop -> loop.fromMembers.get()).sum(),
        dropped(loops, loop -> loop.droppedFromClients),
        dropped(loops, loop -> loop.droppedFromMembers));
  }

  private static Map<DatagramDrop, Long> dropped(
      Collection<DatagramCounts> loops,
      Function<DatagramCounts, Map<DatagramDrop, LoopCounter>> side) {
    Map<DatagramDrop, Long> sums = new EnumMap<>(DatagramDrop.class);
    for (DatagramDrop why : DatagramDrop.values()) {
      long sum = loops.stream().mapToLong(loop -> side.apply(loop).get(why).get()).sum();
      if (sum > 0) {
        sums.put(why, sum);
      }
    }
    return sums;
  }
}
