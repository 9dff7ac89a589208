package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Sends a client that comes back to the member that it had before (server affinity). Immutable:
 * each setting returns a changed copy.
 *
 * <p>A record lives for {@link #timeout()} after its last use, and each flow of the client uses it.
 * A draining member still takes its persisted clients; one that is disabled, down or gone does not,
 * and the client is given a new member and a new record. A member that is merely full, or refuses
 * one connection, lends the client to another one.
 *
 * <p><b>Several keys.</b> {@link #orElse} adds keys to fall back on. All that a flow has are looked
 * up, in order, and the first record whose member takes the flow decides; without one the strategy
 * does. Then the flow is recorded under every key that it has and that leads nowhere yet: a client
 * that comes later with one of them only is known by that one. Clients that share a key, as an
 * address behind a gateway, then share a member unless a key before it tells them apart. Where that
 * is too much, {@code by(first.orElse(second))} is one key, the first that a flow has: a flow with
 * a cookie is known by its cookie alone.
 *
 * <p>Every virtual server has a table of its own, of at most {@link #maxEntries()} records. When it
 * is full, the one that has not been used for longest goes (second chance: one used since it was
 * last looked at is spared once). Keys of one value are one record, whatever source they are from.
 */
public final class PersistencePolicy {
  private static final int MAX_KEYS = 8;
  private static final PersistencePolicy NONE =
      new PersistencePolicy(
          List.of(), Duration.ofMinutes(3), 100_000, Optional.empty(), Duration.ofMillis(200));
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST_LOOKUP = Duration.ofMinutes(1);

  private final List<KeySource> keys;
  private final Duration timeout;
  private final int maxEntries;
  private final Optional<PersistenceStore> store;
  private final Duration lookupTimeout;

  private PersistencePolicy(
      List<KeySource> keys,
      Duration timeout,
      int maxEntries,
      Optional<PersistenceStore> store,
      Duration lookupTimeout) {
    this.keys = keys;
    this.timeout = timeout;
    this.maxEntries = maxEntries;
    this.store = store;
    this.lookupTimeout = lookupTimeout;
  }

  /** Nothing is remembered. */
  public static PersistencePolicy none() {
    return NONE;
  }

  /** By this key, for 3 min after its last flow. Flows without one are not remembered. */
  public static PersistencePolicy by(KeySource key) {
    return NONE.keys(List.of(Checks.present("key", key)));
  }

  /**
   * By the client's IP address, for 3 min after its last flow. Clients without one (UNIX-domain)
   * are not remembered.
   */
  public static PersistencePolicy sourceAddress() {
    return by(KeySource.sourceAddress());
  }

  /**
   * By an HTTP cookie: that of the connection's first request, and the one that the first reply
   * sets ({@code Set-Cookie}), so that a client is known from the moment it is given one. Of later
   * requests and replies of a connection nothing is read.
   */
  public static PersistencePolicy httpCookie(String name) {
    return by(KeySource.httpCookie(name));
  }

  /** By the client's IP address. */
  public static PersistencePolicy sourceAddress(Duration timeout) {
    return sourceAddress().timeout(timeout);
  }

  /**
   * The same with one more key, to be asked after those that it has; at most 8 together.
   *
   * @throws IllegalStateException when nothing is remembered: begin with {@link #by}
   */
  public PersistencePolicy orElse(KeySource key) {
    Checks.state(remembers(), "persistence has no key to fall back from: begin with by()");
    if (keys.contains(Checks.present("key", key))) {
      throw Checks.bad("key", key, "one that the policy does not have yet");
    }
    List<KeySource> more = new ArrayList<>(keys);
    more.add(key);
    Checks.range("keys", more.size(), 1, MAX_KEYS);
    return keys(List.copyOf(more));
  }

  /** The same with another life of an unused record, 1 ms or more; default 3 min. */
  public PersistencePolicy timeout(Duration timeout) {
    Checks.atLeast("timeout", timeout, SHORTEST);
    return new PersistencePolicy(keys, timeout, maxEntries, store, lookupTimeout);
  }

  /**
   * The same for whole IPv4 networks of this prefix length, 0..32; default 32, each address for
   * itself. Changes the keys that are the source address.
   */
  public PersistencePolicy ipv4Prefix(int bits) {
    Checks.range("ipv4Prefix", bits, 0, 32);
    return ofSources(source -> source.ipv4Prefix(bits));
  }

  /**
   * The same for whole IPv6 networks of this prefix length, 0..128; default 128, each address for
   * itself. Changes the keys that are the source address.
   */
  public PersistencePolicy ipv6Prefix(int bits) {
    Checks.range("ipv6Prefix", bits, 0, 128);
    return ofSources(source -> source.ipv6Prefix(bits));
  }

  private PersistencePolicy ofSources(UnaryOperator<AddressSource> change) {
    return keys(
        keys.stream()
            .map(
                key ->
                    key instanceof AddressSource source && source.isOfClient()
                        ? change.apply(source)
                        : key)
            .distinct()
            .toList());
  }

  /** The same with another bound on records, 1..10000000; default 100000. */
  public PersistencePolicy maxEntries(int maxEntries) {
    Checks.range("maxEntries", maxEntries, 1, 10_000_000);
    return new PersistencePolicy(keys, timeout, maxEntries, store, lookupTimeout);
  }

  /**
   * The same with a store of your own in place of the virtual server's table: the bound on records
   * is then the store's affair, and {@link VirtualServer#persistence} is empty but for its
   * counters.
   */
  public PersistencePolicy store(PersistenceStore store) {
    Optional<PersistenceStore> own = Optional.of(Checks.present("store", store));
    return new PersistencePolicy(keys, timeout, maxEntries, own, lookupTimeout);
  }

  /**
   * The same with another time for which a flow waits for the answers of a store of your own, 1 ms
   * to 1 min; default 200 ms. It then goes on as if it was not on record, which {@link
   * FlowListener#onLookupFailed} tells.
   */
  public PersistencePolicy lookupTimeout(Duration timeout) {
    Checks.atLeast("lookupTimeout", timeout, SHORTEST);
    if (timeout.compareTo(LONGEST_LOOKUP) > 0) {
      throw Checks.bad("lookupTimeout", timeout, SHORTEST + ".." + LONGEST_LOOKUP);
    }
    return new PersistencePolicy(keys, this.timeout, maxEntries, store, timeout);
  }

  private PersistencePolicy keys(List<KeySource> keys) {
    return new PersistencePolicy(keys, timeout, maxEntries, store, lookupTimeout);
  }

  /** The cookies among them. */
  List<String> cookies() {
    return keys.stream()
        .flatMap(key -> key.inspected().stream())
        .flatMap(source -> source.cookie().stream())
        .toList();
  }

  /** What clients are known by, in the order in which it is asked; empty if by nothing. */
  public List<KeySource> keySources() {
    return keys;
  }

  /** How long an unused record lives. */
  public Duration timeout() {
    return timeout;
  }

  /** How many records there are at most. */
  public int maxEntries() {
    return maxEntries;
  }

  /** The store of the host's that has the records; empty if they are in a table. */
  public Optional<PersistenceStore> store() {
    return store;
  }

  /** How long a flow waits for a store of the host's. */
  public Duration lookupTimeout() {
    return lookupTimeout;
  }

  boolean remembers() {
    return !keys.isEmpty();
  }

  /** What this flow's client is known by, in order; empty when it is not to be remembered. */
  List<FlowKey> keysOf(Flow flow) {
    if (keys.size() > 1) {
      return severalKeysOf(flow);
    }
    Optional<FlowKey> key = keys.isEmpty() ? Optional.empty() : flow.key(keys.get(0));
    return key.isPresent() ? List.of(key.get()) : List.of();
  }

  private List<FlowKey> severalKeysOf(Flow flow) {
    List<FlowKey> found = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      Optional<FlowKey> key = flow.key(keys.get(i));
      if (key.isPresent() && !found.contains(key.get())) {
        found.add(key.get());
      }
    }
    return List.copyOf(found);
  }

  @Override
  public String toString() {
    if (!remembers()) {
      return "none";
    }
    String where = store.isPresent() ? "in a store" : "at most " + maxEntries + " records";
    String names = keys.stream().map(KeySource::toString).collect(Collectors.joining(", else "));
    return names + " for " + Durations.brief(timeout) + ", " + where;
  }
}
