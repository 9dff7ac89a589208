package io.lb4j;

import io.lb4j.internal.balance.Weights;
import java.util.List;
import java.util.Optional;

/** Gives each key its member. What has no key goes to any member, as likely as its weight says. */
abstract class HashChooser implements BuiltInChooser {
  final PoolMember[] members;
  final int[] weights;
  final LoadCap cap;
  private final FlowHash hash;
  private final Chooser withoutKey;

  /**
   * A chooser.
   *
   * @param ranked those that keys are spread over
   * @param available those that may be chosen
   */
  HashChooser(
      List<PoolMember> ranked, List<PoolMember> available, FlowHash hash, double loadFactor) {
    this.members = ranked.toArray(PoolMember[]::new);
    this.weights = Weights.someAboveZero(Candidates.weightsOf(ranked));
    this.cap = new LoadCap(members, weights, loadFactor);
    this.hash = hash;
    this.withoutKey = new WeightedRandomChooser(available);
  }

  @Override
  public final PoolMember choose(Flow flow) {
    return hash.isPresent(flow)
        ? chooseFor(flow, hash.of(flow), cap.perWeight())
        : withoutKey.choose(flow);
  }

  @Override
  public final Optional<PoolMember> preview(Flow flow) {
    return hash.isPresent(flow)
        ? Optional.of(chooseFor(flow, hash.of(flow), cap.counted()))
        : Optional.empty();
  }

  /**
   * Chooses for a key; without a bound it changes nothing.
   *
   * @param perWeight the most flows that a member should have for each unit of its weight
   */
  abstract PoolMember chooseFor(Flow flow, long key, double perWeight);
}
