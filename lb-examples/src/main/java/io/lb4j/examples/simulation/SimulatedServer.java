package io.lb4j.examples.simulation;

import io.lb4j.PoolMember;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** A server that works on a few flows at a time; the others wait in line. */
final class SimulatedServer {
  static final int WORKERS = 4;

  private final PoolMember member;
  private final Queue<Job> line = new ArrayDeque<>();
  private int busy;
  private double busySeconds;
  private double busySince;
  private long flows;

  SimulatedServer(PoolMember member) {
    this.member = member;
  }

  PoolMember member() {
    return member;
  }

  /** How many flows it was given. */
  long flows() {
    return flows;
  }

  void countFlow() {
    flows++;
  }

  /** Takes a job; gives it back if work on it begins at once. */
  Optional<Job> take(Job job, double now) {
    if (busy == WORKERS) {
      line.add(job);
      return Optional.empty();
    }
    account(now);
    busy++;
    return Optional.of(job);
  }

  /** A job is done; gives the one whose turn it is. */
  Optional<Job> done(double now) {
    Job next = line.poll();
    if (next == null) {
      account(now);
      busy--;
    }
    return Optional.ofNullable(next);
  }

  /** Tells the pool how much of it was in use since the last time. */
  void report(double now, double interval) {
    account(now);
    member.reportUtilisation(Math.min(1, busySeconds / interval / WORKERS));
    busySeconds = 0;
  }

  private void account(double now) {
    busySeconds += busy * (now - busySince);
    busySince = now;
  }
}
