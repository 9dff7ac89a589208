package io.lb4j;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a virtual server looks for in the first bytes of its clients. */
record InspectionPlan(InspectionPolicy policy, List<InspectedSource> sources) {
  /** Empty when nothing has to be looked at. */
  static Optional<InspectionPlan> of(InspectionPolicy policy, List<KeySource> asked) {
    Set<InspectedSource> sources = new LinkedHashSet<>();
    asked.forEach(source -> sources.addAll(source.inspected()));
    return sources.isEmpty() && !policy.isRequired()
        ? Optional.empty()
        : Optional.of(new InspectionPlan(policy, new ArrayList<>(sources)));
  }

  long timeoutNanos() {
    return policy.timeout().toNanos();
  }
}
