package io.lb4j;

import io.lb4j.internal.util.Checks;

/**
 * One server of a service, as an SRV record says it (RFC 2782).
 *
 * @param target the host's name or address
 * @param port 1..65535
 * @param priority 0..65535, lower ones first
 * @param weight 0..65535, its share among those of its priority; 0 for very little
 */
public record ServiceRecord(String target, int port, int priority, int weight) {
  private static final int MAX = 65_535;

  /** Checks the values. */
  public ServiceRecord {
    Checks.notBlank("target", target);
    Checks.range("port", port, 1, MAX);
    Checks.range("priority", priority, 0, MAX);
    Checks.range("weight", weight, 0, MAX);
  }
}
