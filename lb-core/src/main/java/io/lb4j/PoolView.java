package io.lb4j;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A pool at one moment, immutable: the event loops read it with one volatile read and so see the
 * old or the new list, never a mix.
 */
final class PoolView {
  static final PoolView EMPTY = new PoolView(List.of(), List.of(), new int[0], Optional.empty());

  private final List<PoolMember> members;
  private final List<PoolMember> available;
  private final int[] weights;
  private final Optional<Chooser> chooser;
  private final Set<PoolMember> availableSet = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * A view.
   *
   * @param weights those of the available members
   * @param chooser empty when the strategy failed to make one; without available members that of an
   *     earlier view, if any
   */
  PoolView(
      List<PoolMember> members,
      List<PoolMember> available,
      int[] weights,
      Optional<Chooser> chooser) {
    this.members = List.copyOf(members);
    this.available = List.copyOf(available);
    this.weights = weights;
    this.chooser = chooser;
    availableSet.addAll(available);
  }

  /** All members. */
  List<PoolMember> members() {
    return members;
  }

  /** The currently available ones. */
  List<PoolMember> available() {
    return available;
  }

  /** Their weights, which the chooser was made for. */
  int[] weights() {
    return weights;
  }

  Optional<Chooser> chooser() {
    return chooser;
  }

  boolean isAvailable(PoolMember member) {
    return availableSet.contains(member);
  }
}
