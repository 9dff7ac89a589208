package io.lb4j;

import io.lb4j.internal.util.Checks;

/**
 * What a pool is told of a member. Immutable, usable as it stands: weight 1, no maximum of its own.
 *
 * @param address where the member is; the port is 1..65535
 * @param weight its share compared with others', 1..256
 * @param maxFlows how many flows it takes at most, 1..2147483647; the largest stands for no limit
 */
public record MemberSpec(ServiceAddress address, int weight, int maxFlows) {
  static final int MAX_WEIGHT = 256;

  /** Checks the values. */
  public MemberSpec {
    Checks.present("address", address);
    if (address.path().isEmpty()) {
      Checks.range("port", address.port(), 1, 65_535);
    }
    checkWeight(weight);
    Checks.range("maxFlows", maxFlows, 1, Integer.MAX_VALUE);
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
    return new MemberSpec(address, 1, Integer.MAX_VALUE);
  }

  /** The same at another address. */
  MemberSpec at(ServiceAddress address) {
    return new MemberSpec(address, weight, maxFlows);
  }

  /**
   * The same with another weight, 1..256. To keep new flows away from a member, drain or disable
   * it.
   */
  public MemberSpec weight(int weight) {
    return new MemberSpec(address, weight, maxFlows);
  }

  /** The same with a maximum of open flows, 1 or more. */
  public MemberSpec maxFlows(int maxFlows) {
    return new MemberSpec(address, weight, maxFlows);
  }
}
