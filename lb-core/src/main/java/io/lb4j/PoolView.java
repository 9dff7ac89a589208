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
  static final PoolView EMPTY =
      new PoolView(List.of(), List.of(), List.of(), new int[0], NewChooser.NONE, false);

  private final List<PoolMember> members;
  private final List<PoolMember> available;
  private final List<PoolMember> asked;
  private final int[] weights;
  private final NewChooser chooser;
  private final boolean panic;
  private final Set<PoolMember> askedSet = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * A view.
   *
   * @param available those that are available
   * @param asked those that the chooser chooses from
   * @param weights the effective ones of those
   * @param chooser without members to ask that of an earlier view, if any
   * @param panic whether health is ignored
   */
  PoolView(
      List<PoolMember> members,
      List<PoolMember> available,
      List<PoolMember> asked,
      int[] weights,
      NewChooser chooser,
      boolean panic) {
    this.members = List.copyOf(members);
    this.available = List.copyOf(available);
    this.asked = List.copyOf(asked);
    this.weights = weights;
    this.chooser = chooser;
    this.panic = panic;
    askedSet.addAll(asked);
  }

  /** All members. */
  List<PoolMember> members() {
    return members;
  }

  /** The currently available ones. */
  List<PoolMember> available() {
    return available;
  }

  /** Those that the chooser chooses from: of the priority groups whose turn it is. */
  List<PoolMember> asked() {
    return asked;
  }

  /** Whether health is ignored. */
  boolean panic() {
    return panic;
  }

  /** Their effective weights, which the chooser was made for. */
  int[] weights() {
    return weights;
  }

  /** Empty when the strategy failed to make one. */
  Optional<Chooser> chooser() {
    return chooser.chooser();
  }

  /** What {@link #chooser} comes from. */
  NewChooser made() {
    return chooser;
  }

  /** The same with the chooser that it waited for. */
  PoolView with(NewChooser settled) {
    return new PoolView(members, available, asked, weights, settled, panic);
  }

  boolean isAsked(PoolMember member) {
    return askedSet.contains(member);
  }
}
