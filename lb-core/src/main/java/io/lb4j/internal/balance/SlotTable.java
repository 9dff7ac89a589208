package io.lb4j.internal.balance;

/**
 * Slots in a circle, each owned by a candidate. A key belongs to the owner of its slot, and if that
 * one cannot be had to the owner of the next. Immutable.
 */
public interface SlotTable {
  /** The slot of a key, by its hash. */
  int slotOf(long hash);

  /** The index of the candidate that owns a slot. */
  int ownerOf(int slot);

  /** How many slots there are; at least one. */
  int slots();
}
