package io.lb4j;

import io.lb4j.internal.balance.SlotTable;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Gives each key the member that owns its slot of a table, or the owner of one of the next slots if
 * that one cannot be had. While a new table is being made it goes on with the old one and passes
 * over those that are gone; those that came get no keys yet.
 */
final class TableChooser extends HashChooser {
  /** So many slots are looked at; if nobody there can be had, the members one after the other. */
  private static final int MAX_WALK = 512;

  private static final int NONE = -1;

  private final SlotTable table;
  private final List<PoolMember> owners;
  private final boolean[] gone;
  private final FlowHash hash;
  private final double loadFactor;

  /**
   * A chooser.
   *
   * @param owners those that the table was made for, in its order
   * @param available those that may be chosen; one of the owners at least
   */
  TableChooser(
      SlotTable table,
      List<PoolMember> owners,
      List<PoolMember> available,
      FlowHash hash,
      double loadFactor) {
    super(owners, available, hash, loadFactor);
    this.table = table;
    this.owners = owners;
    this.hash = hash;
    this.loadFactor = loadFactor;
    Set<PoolMember> staying = new HashSet<>(available);
    gone = new boolean[members.length];
    for (int i = 0; i < members.length; i++) {
      gone[i] = !staying.contains(members[i]);
    }
  }

  /** One by the same table over other members; empty if it knows none of them. */
  Optional<Chooser> meanwhile(List<PoolMember> available) {
    Set<PoolMember> staying = new HashSet<>(available);
    return owners.stream().anyMatch(staying::contains)
        ? Optional.of(new TableChooser(table, owners, available, hash, loadFactor))
        : Optional.empty();
  }

  @Override
  PoolMember chooseFor(Flow flow, long key, double perWeight) {
    int slot = table.slotOf(key);
    int owner = table.ownerOf(slot);
    return isUsable(flow, owner, perWeight) ? members[owner] : another(flow, slot, perWeight);
  }

  private boolean isUsable(Flow flow, int index, double perWeight) {
    return !gone[index] && cap.hasRoom(index, perWeight) && flow.mayUse(members[index]);
  }

  private PoolMember another(Flow flow, int slot, double perWeight) {
    int found = nextUsable(flow, slot, perWeight);
    if (found == NONE && perWeight != LoadCap.NO_FACTOR) {
      found = nextUsable(flow, slot, LoadCap.NO_FACTOR);
    }
    return members[found == NONE ? anyStaying() : found];
  }

  private int nextUsable(Flow flow, int slot, double perWeight) {
    int at = slot;
    for (int step = Math.min(MAX_WALK, table.slots()); step > 0; step--) {
      at = at + 1 < table.slots() ? at + 1 : 0;
      if (isUsable(flow, table.ownerOf(at), perWeight)) {
        return table.ownerOf(at);
      }
    }
    for (int i = 0; i < members.length; i++) {
      int index = (slot + i) % members.length;
      if (isUsable(flow, index, perWeight)) {
        return index;
      }
    }
    return NONE;
  }

  private int anyStaying() {
    int index = 0;
    while (gone[index]) {
      index++;
    }
    return index;
  }
}
