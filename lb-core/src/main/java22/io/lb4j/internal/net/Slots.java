package io.lb4j.internal.net;

import java.util.Arrays;

/**
 * Who the events of a poller are for. What is registered with the system is no descriptor but a
 * slot number together with the generation of the slot, which is raised whenever the slot is
 * vacated. So an event of a former occupant finds nobody, however often slot and descriptor have
 * been used again. Generations repeat after 2^31 occupants of one slot, all of which would have to
 * pass between the system's reporting an event and our looking at it.
 */
final class Slots {
  private static final int AT_FIRST = 64;
  private static final int GENERATION_AT_BIT = 32;

  private EpollPoller.Entry[] entries = new EpollPoller.Entry[AT_FIRST];
  private int[] generations = new int[AT_FIRST];
  private int[] vacant = new int[AT_FIRST];
  private int vacantCount;
  private int used;

  /** Takes a slot for a newcomer, who is told of events from now on. */
  int occupy(EpollPoller.Entry entry) {
    int slot = vacantCount > 0 ? vacant[--vacantCount] : freshSlot();
    entries[slot] = entry;
    return slot;
  }

  private int freshSlot() {
    if (used == entries.length) {
      EpollPoller.Entry[] moreEntries = Arrays.copyOf(entries, used * 2);
      int[] moreGenerations = Arrays.copyOf(generations, used * 2);
      vacant = Arrays.copyOf(vacant, used * 2);
      generations = moreGenerations; // all or none, should memory be short
      entries = moreEntries;
    }
    return used++;
  }

  /** Ends a tenancy: events under the present tag find nobody from now on. */
  void vacate(int slot) {
    generations[slot] = generations[slot] + 1 & Integer.MAX_VALUE; // never all ones, see WAKEUP
    entries[slot] = null;
    vacant[vacantCount++] = slot;
  }

  /** What an event of the slot's present occupant carries; never negative. */
  long tag(int slot) {
    return (long) generations[slot] << GENERATION_AT_BIT | slot;
  }

  /** Whom an event is for; null when he is gone. */
  EpollPoller.Entry find(long tag) {
    int slot = (int) tag;
    return tag(slot) == tag ? entries[slot] : null;
  }

  /** The occupant of a slot, or null. */
  EpollPoller.Entry at(int slot) {
    return entries[slot];
  }

  /** One more than the highest slot that was ever taken. */
  int used() {
    return used;
  }
}
