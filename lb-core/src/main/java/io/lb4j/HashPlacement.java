package io.lb4j;

import io.lb4j.internal.balance.KetamaRing;
import io.lb4j.internal.balance.MaglevTable;
import io.lb4j.internal.balance.SlotTable;
import java.util.List;

/** How members are placed for keys to find them. */
sealed interface HashPlacement {
  /** Makes a chooser. Takes its time. */
  HashChooser over(List<PoolMember> available, FlowHash hash, double loadFactor);

  /** Whether to make one takes so long that loops are not to do it or to wait for it. */
  boolean isSlow();

  private static List<String> names(List<PoolMember> members) {
    return members.stream().map(member -> member.address().toString()).toList();
  }

  private static HashChooser byTable(
      SlotTable table, List<PoolMember> members, FlowHash hash, double loadFactor) {
    return new TableChooser(table, members, members, hash, loadFactor);
  }

  /** By a table that members fill in turns. */
  record Maglev(int slots) implements HashPlacement {
    @Override
    public HashChooser over(List<PoolMember> available, FlowHash hash, double loadFactor) {
      int[] weights = Candidates.weightsOf(available);
      SlotTable table = MaglevTable.of(names(available), weights, slots);
      return byTable(table, available, hash, loadFactor);
    }

    @Override
    public boolean isSlow() {
      return true;
    }

    @Override
    public String toString() {
      return "maglev";
    }
  }

  /** By points on a ring. */
  record Ring(int pointsPerWeight) implements HashPlacement {
    private static final int POINTS_PER_DIGEST = 4;
    private static final int WHOLE = 100; // effective weights are in hundredths

    @Override
    public HashChooser over(List<PoolMember> available, FlowHash hash, double loadFactor) {
      int[] weights = Candidates.weightsOf(available);
      int[] digests = KetamaRing.digests(weights, WHOLE, pointsPerWeight / POINTS_PER_DIGEST);
      SlotTable table = KetamaRing.of(names(available), digests);
      return byTable(table, available, hash, loadFactor);
    }

    @Override
    public boolean isSlow() {
      return true;
    }

    @Override
    public String toString() {
      return "ringHash";
    }
  }

  /** By the highest score. */
  record HighestScore() implements HashPlacement {
    @Override
    public HashChooser over(List<PoolMember> available, FlowHash hash, double loadFactor) {
      return new RendezvousChooser(available, hash, loadFactor);
    }

    @Override
    public boolean isSlow() {
      return false;
    }

    @Override
    public String toString() {
      return "rendezvous";
    }
  }
}
