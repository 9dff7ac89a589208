package io.lb4j;

import java.util.List;
import java.util.stream.Collectors;

/** Several parts, so many of which have to be fit. */
final class CombinedPart implements MonitorPart {
  private final int needed;
  private final List<MonitorPart> parts;

  CombinedPart(int needed, List<MonitorPart> parts) {
    this.needed = needed;
    this.parts = parts;
  }

  @Override
  public void start(double share) {
    parts.forEach(part -> part.start(share));
  }

  @Override
  public void stop() {
    parts.forEach(MonitorPart::stop);
  }

  @Override
  public Standing standing() {
    return Standing.of(needed, parts.stream().map(MonitorPart::standing).toList());
  }

  /** What those parts say that made it what it is. */
  @Override
  public String cause() {
    Standing now = standing();
    return parts.stream()
        .filter(part -> part.standing() == now)
        .map(MonitorPart::namedCause)
        .collect(Collectors.joining(", "));
  }

  @Override
  public String namedCause() {
    return cause();
  }
}
