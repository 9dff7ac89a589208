package io.lb4j;

import java.util.Optional;

/**
 * Watches one member on the control loop, and tells the pool when its health flips, or when a check
 * asks for it to be drained. While the parts of a combination leave it open what the member is, it
 * stays what it was.
 */
final class MemberMonitor {
  private final Pool pool;
  private final PoolMember member;
  private final MonitorPart whole;
  private Optional<Boolean> toldUp = Optional.empty();
  private boolean toldDraining;

  MemberMonitor(PoolMember member, HealthMonitor settings, ProbeRoom room) {
    this.pool = member.pool();
    this.member = member;
    this.whole = partOf(settings, room);
  }

  private MonitorPart partOf(HealthMonitor settings, ProbeRoom room) {
    if (settings.combination().isPresent()) {
      Combination parts = settings.combination().get();
      return new CombinedPart(
          parts.needed(), parts.parts().stream().map(part -> partOf(part, room)).toList());
    }
    Check check = settings.check().orElseThrow();
    return new CheckPart(member, check, settings.timing(), room, this::tell);
  }

  /**
   * Begins to probe.
   *
   * @param share how far into its interval the first probe comes, 0..1
   */
  void start(double share) {
    whole.start(share);
  }

  void stop() {
    whole.stop();
  }

  private void tell() {
    Standing now = whole.standing();
    if (now == Standing.NONE || now == Standing.UNKNOWN) {
      return;
    }
    boolean up = now != Standing.DOWN;
    if (toldUp.isEmpty() || toldUp.get() != up) {
      toldUp = Optional.of(up);
      pool.setHealth(member, up, whole.cause());
    }
    if (up && member.isEjected() && lastPassed()) {
      pool.bringBack(member);
    }
    boolean draining = now == Standing.DRAINING;
    if (up && draining != toldDraining) {
      toldDraining = draining;
      pool.setDraining(member, draining, whole.cause());
    }
  }

  /** Whether the result that led here was a passed one: a part that failed brings nobody back. */
  private boolean lastPassed() {
    return member.lastProbe().filter(last -> last.result().passed()).isPresent();
  }
}
