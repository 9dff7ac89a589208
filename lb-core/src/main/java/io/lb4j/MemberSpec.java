package io.lb4j;

import io.lb4j.internal.util.Checks;
import io.lb4j.internal.util.TokenBucket;

/**
 * What a pool is told of a member. Immutable, usable as it stands: weight 1, no maximum of its own,
 * priority 0, no backup.
 *
 * @param address where the member is; the port is 1..65535
 * @param weight its share compared with others', 1..256
 * @param maxFlows how many flows it takes at most, 1..2147483647; the largest stands for no limit
 * @param priority which group it is in, 0..65535; higher groups first, as with F5
 * @param isBackup whether it stands below all groups
 * @param flowsPerSecond how many new flows it takes in a second, 1..1000000; the largest stands for
 *     no limit
 */
public record MemberSpec(
    ServiceAddress address,
    int weight,
    int maxFlows,
    int priority,
    boolean isBackup,
    int flowsPerSecond) {
  static final int MAX_WEIGHT = 256;
  static final int ANY_RATE = TokenBucket.MOST_PER_SECOND;
  static final int MAX_PRIORITY = 65_535;

  /** Checks the values. */
  public MemberSpec {
    Checks.present("address", address);
    if (address.path().isEmpty()) {
      Checks.range("port", address.port(), 1, 65_535);
    }
    checkWeight(weight);
    Checks.range("maxFlows", maxFlows, 1, Integer.MAX_VALUE);
    Checks.range("priority", priority, 0, MAX_PRIORITY);
    Checks.range("flowsPerSecond", flowsPerSecond, 1, ANY_RATE);
  }

  static int checkWeight(int weight) {
    return Checks.range("weight", weight, 1, MAX_WEIGHT);
  }

  /** A member of weight 1. */
  public static MemberSpec of(String host, int port) {
    return of(ServiceAddress.of(host, port));
  }

  /** A member of weight 1. */
  public static MemberSpec of(ServiceAddress address) {
    return new MemberSpec(address, 1, Integer.MAX_VALUE, 0, false, ANY_RATE);
  }

  /** The same at another address. */
  MemberSpec at(ServiceAddress address) {
    return new MemberSpec(address, weight, maxFlows, priority, isBackup, flowsPerSecond);
  }

  /**
   * The same with another weight, 1..256. To keep new flows away from a member, drain or disable
   * it.
   */
  public MemberSpec weight(int weight) {
    return new MemberSpec(address, weight, maxFlows, priority, isBackup, flowsPerSecond);
  }

  /** The same with a maximum of open flows, 1 or more. */
  public MemberSpec maxFlows(int maxFlows) {
    return new MemberSpec(address, weight, maxFlows, priority, isBackup, flowsPerSecond);
  }

  /**
   * The same with a maximum of new flows per second, 1..1000000; each attempt to connect counts.
   * When none has come for a second, as many may come at once: in any {@code t} seconds at most
   * {@code (t + 1) * flowsPerSecond}. A member that has used it up counts as full.
   */
  public MemberSpec flowsPerSecond(int flowsPerSecond) {
    return new MemberSpec(address, weight, maxFlows, priority, isBackup, flowsPerSecond);
  }

  /**
   * The same in another priority group, 0..65535; default 0. Flows go to the highest group, and the
   * next one joins while fewer members than {@link Pool.Builder#minAvailable} are available above.
   */
  public MemberSpec priority(int priority) {
    return new MemberSpec(address, weight, maxFlows, priority, isBackup, flowsPerSecond);
  }

  /** The same as a backup member: it stands below every priority group. */
  public MemberSpec backup() {
    return new MemberSpec(address, weight, maxFlows, priority, true, flowsPerSecond);
  }

  /** Where its group stands among all: higher first. */
  int rank() {
    return isBackup ? priority - MAX_PRIORITY - 1 : priority;
  }
}
