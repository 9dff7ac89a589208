package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Several monitors taken together.
 *
 * @param name how it is called, such as {@code all of}
 * @param needed how many of them have to find a member fit
 */
record Combination(String name, int needed, List<HealthMonitor> parts) {
  private static final int MOST_PARTS = 16;

  static Combination of(String name, int needed, HealthMonitor... parts) {
    Checks.range("parts", Checks.present("parts", parts).length, 1, MOST_PARTS);
    List<HealthMonitor> given = new ArrayList<>();
    Set<Check> checks = Collections.newSetFromMap(new IdentityHashMap<>());
    for (HealthMonitor part : parts) {
      checkPart(Checks.present("part", part), checks);
      given.add(part);
    }
    return new Combination(
        name, Checks.range("needed", needed, 1, parts.length), List.copyOf(given));
  }

  private static void checkPart(HealthMonitor part, Set<Check> seen) {
    if (part.check().isEmpty() && part.combination().isEmpty()) {
      throw Checks.bad("part", part, "a monitor that probes");
    }
    if (part.check().isPresent() && !seen.add(part.check().get())) {
      throw Checks.bad("part", part, "each check once");
    }
    part.combination().ifPresent(inner -> inner.parts().forEach(each -> checkPart(each, seen)));
  }

  Combination with(UnaryOperator<HealthMonitor> change) {
    return new Combination(name, needed, parts.stream().map(change).toList());
  }

  @Override
  public String toString() {
    return parts.stream()
        .map(HealthMonitor::toString)
        .collect(Collectors.joining(", ", name + " (", ")"));
  }
}
