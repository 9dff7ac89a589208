package io.lb4j.internal.balance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The lookup table of Maglev (Eisenbud and others, "Maglev: A Fast and Reliable Software Network
 * Load Balancer", NSDI 2016, section 3.4). Candidates take turns; at its turn each takes the next
 * slot of its own permutation that is still free.
 *
 * <p>The permutation of a candidate begins at XXH64(name, seed 0) mod slots and goes on in steps of
 * XXH64(name, seed 1) mod (slots - 1) + 1. In round r a candidate has a turn if r times its weight
 * is at least the largest weight times the slots that it has already. Both are as Envoy does it, in
 * whole numbers. Turns go by name, so that the order in which candidates are given does not matter.
 */
public final class MaglevTable implements SlotTable {
  private static final int FREE = -1;

  private final int[] owners;

  private MaglevTable(int[] owners) {
    this.owners = owners;
  }

  /**
   * Fills a table.
   *
   * @param weights 0 or more each, one for each name; a weight of 0 gets no slot unless all are 0
   * @param slots a prime
   */
  public static MaglevTable of(List<String> names, int[] weights, int slots) {
    int[] order = Weights.byName(names);
    int[] shares = Weights.someAboveZero(weights);
    int[] turns = Arrays.stream(order).filter(candidate -> shares[candidate] > 0).toArray();
    int[] starts = new int[names.size()];
    int[] steps = new int[names.size()];
    for (int candidate : turns) {
      byte[] name = names.get(candidate).getBytes(StandardCharsets.UTF_8);
      starts[candidate] = (int) Long.remainderUnsigned(XxHash64.hash(name, 0), slots);
      steps[candidate] = (int) Long.remainderUnsigned(XxHash64.hash(name, 1), slots - 1L) + 1;
    }
    return new MaglevTable(fill(turns, starts, steps, shares, slots));
  }

  /** Fills by given permutations; {@code turns} are the candidates in the order of their turns. */
  static int[] fill(int[] turns, int[] starts, int[] steps, int[] weights, int slots) {
    int[] owners = new int[slots];
    Arrays.fill(owners, FREE);
    int[] next = starts.clone();
    long[] due = new long[starts.length]; // the largest weight times the slots taken
    long largest = Arrays.stream(weights).max().orElseThrow();
    int free = slots;
    for (long round = 1; free > 0; round++) {
      for (int t = 0; t < turns.length && free > 0; t++) {
        int candidate = turns[t];
        if (round * weights[candidate] >= due[candidate]) {
          due[candidate] += largest;
          next[candidate] = take(owners, next[candidate], steps[candidate], candidate);
          free--;
        }
      }
    }
    return owners;
  }

  /** Takes the first free slot of a permutation from {@code slot} on; returns where it goes on. */
  private static int take(int[] owners, int slot, int step, int candidate) {
    int at = slot;
    while (owners[at] != FREE) {
      at = after(at, step, owners.length);
    }
    owners[at] = candidate;
    return after(at, step, owners.length);
  }

  private static int after(int slot, int step, int slots) {
    int sum = slot + step;
    return sum < slots ? sum : sum - slots;
  }

  @Override
  public int slotOf(long hash) {
    return (int) Long.remainderUnsigned(hash, owners.length);
  }

  @Override
  public int ownerOf(int slot) {
    return owners[slot];
  }

  @Override
  public int slots() {
    return owners.length;
  }
}
