package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * Sends a client that comes back to the member that it had before (server affinity). Immutable:
 * each setting returns a changed copy.
 *
 * <p>A record lives for {@link #timeout()} after its last use, and each flow of the client uses it.
 * A draining member still takes its persisted clients; one that is disabled, down or gone does not,
 * and the client is given a new member and a new record. A member that is merely full, or refuses
 * one connection, lends the client to another one.
 *
 * <p>Every virtual server has a table of its own, of at most {@link #maxEntries()} records. When it
 * is full, the one that has not been used for longest goes (second chance: one used since it was
 * last looked at is spared once).
 */
public final class PersistencePolicy {
  private static final PersistencePolicy NONE =
      new PersistencePolicy(false, Duration.ofMinutes(3), 32, 128, 100_000);
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final boolean bySource;
  private final Duration timeout;
  private final int ipv4Prefix;
  private final int ipv6Prefix;
  private final int maxEntries;

  private PersistencePolicy(
      boolean bySource, Duration timeout, int ipv4Prefix, int ipv6Prefix, int maxEntries) {
    this.bySource = bySource;
    this.timeout = timeout;
    this.ipv4Prefix = ipv4Prefix;
    this.ipv6Prefix = ipv6Prefix;
    this.maxEntries = maxEntries;
  }

  /** Nothing is remembered. */
  public static PersistencePolicy none() {
    return NONE;
  }

  /**
   * By the client's IP address, for 3 min after its last flow. Clients without one (UNIX-domain)
   * are not remembered.
   */
  public static PersistencePolicy sourceAddress() {
    return new PersistencePolicy(true, NONE.timeout, 32, 128, NONE.maxEntries);
  }

  /** By the client's IP address. */
  public static PersistencePolicy sourceAddress(Duration timeout) {
    return sourceAddress().timeout(timeout);
  }

  /** The same with another life of an unused record, 1 ms or more; default 3 min. */
  public PersistencePolicy timeout(Duration timeout) {
    Checks.atLeast("timeout", timeout, SHORTEST);
    return new PersistencePolicy(bySource, timeout, ipv4Prefix, ipv6Prefix, maxEntries);
  }

  /**
   * The same for whole IPv4 networks of this prefix length, 0..32; default 32, each address for
   * itself.
   */
  public PersistencePolicy ipv4Prefix(int bits) {
    Checks.range("ipv4Prefix", bits, 0, 32);
    return new PersistencePolicy(bySource, timeout, bits, ipv6Prefix, maxEntries);
  }

  /**
   * The same for whole IPv6 networks of this prefix length, 0..128; default 128, each address for
   * itself.
   */
  public PersistencePolicy ipv6Prefix(int bits) {
    Checks.range("ipv6Prefix", bits, 0, 128);
    return new PersistencePolicy(bySource, timeout, ipv4Prefix, bits, maxEntries);
  }

  /** The same with another bound on records, 1..10000000; default 100000. */
  public PersistencePolicy maxEntries(int maxEntries) {
    Checks.range("maxEntries", maxEntries, 1, 10_000_000);
    return new PersistencePolicy(bySource, timeout, ipv4Prefix, ipv6Prefix, maxEntries);
  }

  /** How long an unused record lives. */
  public Duration timeout() {
    return timeout;
  }

  /** How many records there are at most. */
  public int maxEntries() {
    return maxEntries;
  }

  boolean remembers() {
    return bySource;
  }

  /** What this flow's client is known by; empty when it is not to be remembered. */
  Optional<AddressKey> keyOf(Flow flow) {
    if (bySource && flow.client() instanceof InetSocketAddress client) {
      InetAddress address = client.getAddress();
      return Optional.of(AddressKey.of(address, ipv4Prefix, ipv6Prefix));
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return bySource
        ? "source address for " + Durations.brief(timeout) + ", at most " + maxEntries + " records"
        : "none";
  }
}
