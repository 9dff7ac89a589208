package io.lb4j;

import java.util.List;
import java.util.Optional;

/** What was found in the first bytes of one flow. */
final class InspectedKeys {
  /** Of a flow that was not looked at. */
  static final InspectedKeys NONE = new InspectedKeys(List.of());

  private final List<InspectedSource> sources;
  private final Inspection[] found; // null where it is not decided

  InspectedKeys(List<InspectedSource> sources) {
    this.sources = sources;
    found = new Inspection[sources.size()];
  }

  /** Looks once more; returns whether all is decided. */
  boolean look(FirstBytes first) {
    boolean decided = true;
    for (int i = 0; i < found.length; i++) {
      if (found[i] == null) {
        Inspection result = sources.get(i).inspect(first);
        if (result.needsMore()) {
          decided = false;
        } else {
          found[i] = result;
        }
      }
    }
    return decided;
  }

  Optional<FlowKey> of(InspectedSource source) {
    for (int i = 0; i < found.length; i++) {
      if (sources.get(i).equals(source)) {
        return found[i] == null ? Optional.empty() : found[i].key();
      }
    }
    return Optional.empty();
  }
}
