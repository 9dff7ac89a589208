package io.lb4j.internal.net;

import java.util.SplittableRandom;

/**
 * Finds what belongs to a client by the path that its datagrams come on, without allocating: open
 * addressing with linear probing (Knuth, The Art of Computer Programming 3, 6.4), at most half
 * full. The hash is seeded anew for each table, so that nobody can choose addresses that collide.
 *
 * <p>Not thread-safe: one loop owns it.
 *
 * @param <E> what is found
 */
public final class PathTable<E extends PathTable.Entry> {
  private static final int LEAST_SLOTS = 16;

  /** Something with a path. */
  public interface Entry {
    /** Always the same. */
    DatagramPath path();
  }

  private final long seed = new SplittableRandom().nextLong();
  private Entry[] slots = new Entry[LEAST_SLOTS];
  private int size;

  /** The entry whose path a datagram came on; null if there is none. */
  @SuppressWarnings("unchecked") // only such were put
  public E find(DatagramOrigin origin) {
    int mask = slots.length - 1;
    int at = hash(origin.clientHigh, origin.clientLow, origin.clientPort, origin.localLow) & mask;
    for (Entry entry = slots[at]; entry != null; entry = slots[at]) {
      if (entry.path().isOf(origin)) {
        return (E) entry;
      }
      at = (at + 1) & mask;
    }
    return null;
  }

  /** Adds an entry whose path has none. */
  public void add(E entry) {
    if (size >= slots.length / 2) {
      resize(slots.length * 2);
    }
    place(entry);
    size++;
  }

  /** Puts an entry in the place of another one of the same path. */
  public void replace(E present, E next) {
    int at = indexOf(present);
    if (at >= 0) {
      slots[at] = next;
    }
  }

  /** Takes an entry out; nothing happens when it is not there. */
  public void remove(E entry) {
    int at = indexOf(entry);
    if (at < 0) {
      return;
    }
    close(at);
    size--;
    if (slots.length > LEAST_SLOTS && size < slots.length / 16) {
      shrink(); // what a flood has left
    }
  }

  private void shrink() {
    try {
      resize(slots.length / 4);
    } catch (OutOfMemoryError noMemory) {
      return; // it need not be: who takes something out must not fail
    }
  }

  private void place(Entry entry) {
    int at = slotOf(entry);
    while (slots[at] != null) {
      at = (at + 1) & (slots.length - 1);
    }
    slots[at] = entry;
  }

  private int indexOf(Entry entry) {
    int at = slotOf(entry);
    while (slots[at] != null && slots[at] != entry) {
      at = (at + 1) & (slots.length - 1);
    }
    return slots[at] == null ? -1 : at;
  }

  /** Moves up those that the gap would cut off from where they are looked for. */
  private void close(int gap) {
    int mask = slots.length - 1;
    int hole = gap;
    for (int at = (gap + 1) & mask; slots[at] != null; at = (at + 1) & mask) {
      int home = slotOf(slots[at]);
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        slots[hole] = slots[at];
        hole = at;
      }
    }
    slots[hole] = null;
  }

  private void resize(int length) {
    Entry[] before = slots;
    slots = new Entry[length];
    for (Entry entry : before) {
      if (entry != null) {
        place(entry);
      }
    }
  }

  private int slotOf(Entry entry) {
    DatagramPath path = entry.path();
    int hash = hash(path.clientHigh(), path.clientLow(), path.clientPort(), path.localLow());
    return hash & (slots.length - 1);
  }

  private int hash(long high, long low, int port, long localLow) {
    long mixed = mix(low ^ seed) + port;
    mixed = mix(mixed ^ high);
    mixed = mix(mixed + localLow);
    return (int) (mixed >>> 32);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
