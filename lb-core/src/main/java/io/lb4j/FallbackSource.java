package io.lb4j;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The first of two sources that gives a key. */
final class FallbackSource extends KeySource {
  private final KeySource first;
  private final KeySource second;

  FallbackSource(KeySource first, KeySource second) {
    this.first = first;
    this.second = second;
  }

  @Override
  List<InspectedSource> inspected() {
    return Stream.of(first, second).flatMap(source -> source.inspected().stream()).toList();
  }

  @Override
  Optional<FlowKey> keyOf(Flow flow) {
    Optional<FlowKey> key = flow.key(first);
    return key.isPresent() ? key : flow.key(second);
  }

  @Override
  boolean isIn(Flow flow) {
    return first.isIn(flow) || second.isIn(flow);
  }

  @Override
  long hashIn(Flow flow, KeyHash hash) {
    return (first.isIn(flow) ? first : second).hashIn(flow, hash);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FallbackSource source
        && first.equals(source.first)
        && second.equals(source.second);
  }

  @Override
  public int hashCode() {
    return Objects.hash(first, second);
  }

  @Override
  public String toString() {
    return first + ", else " + second;
  }
}
