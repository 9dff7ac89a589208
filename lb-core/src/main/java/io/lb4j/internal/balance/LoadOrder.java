package io.lb4j.internal.balance;

/** Which of two candidates is to be preferred, by load and weight, in whole numbers. */
@FunctionalInterface
public interface LoadOrder {
  /** The least load for its weight. */
  LoadOrder LEAST_FOR_WEIGHT = Weights::isLighter;

  /**
   * The least load for its weight if the new one came to it (LVS: sed): so an idle candidate of a
   * small weight comes after one of a large weight that has something to do.
   */
  LoadOrder SHORTEST_EXPECTED_DELAY =
      (load, weight, otherLoad, otherWeight) ->
          Weights.isLighter(load + 1, weight, otherLoad + 1, otherWeight);

  /** Those without load first, and among these and among the others by delay (LVS: nq). */
  LoadOrder IDLE_THEN_SHORTEST_DELAY =
      (load, weight, otherLoad, otherWeight) -> {
        boolean onlyOneIsIdle = (load == 0) != (otherLoad == 0);
        if (weight != 0 && otherWeight != 0 && onlyOneIsIdle) {
          return load == 0;
        }
        return Weights.isLighter(load + 1, weight, otherLoad + 1, otherWeight);
      };

  /**
   * Whether one comes before another.
   *
   * @param load 0 or more, at most {@code Integer.MAX_VALUE - 1}, as the other one
   * @param weight 0 or more; one of weight 0 comes after all of weights above 0
   */
  boolean isBefore(int load, int weight, int otherLoad, int otherWeight);
}
