package io.lb4j;

import java.time.Duration;
import java.util.Optional;

/**
 * Who resolves the names of a pool, and when.
 *
 * @param names finds addresses
 * @param ownServices finds servers; empty for the system's DNS
 * @param interval the time from one answer to the next question
 */
record ResolverSettings(
    NameResolver names, Optional<ServiceResolver> ownServices, Duration interval) {

  /**
   * Finds servers.
   *
   * @throws IllegalStateException when it would be the system's DNS, but the JVM has no part for it
   */
  ServiceResolver services() {
    return ownServices.orElseGet(ServiceResolver::system);
  }
}
