package io.lb4j;

import java.util.Optional;

/**
 * The chooser of a view of a pool.
 *
 * @param chooser empty when the strategy failed to make one
 * @param isSettled false if it only stands in until one that takes time has been made
 */
record NewChooser(Optional<Chooser> chooser, boolean isSettled) {
  static final NewChooser NONE = new NewChooser(Optional.empty(), true);

  /** The same, for nobody to ask: nothing has to be made. */
  NewChooser settled() {
    return new NewChooser(chooser, true);
  }
}
