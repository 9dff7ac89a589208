package io.lb4j;

import io.lb4j.internal.util.Checks;
import io.lb4j.internal.util.Cidr;
import io.lb4j.internal.util.TokenRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which clients are let in, and how many flows each may have. Immutable: each setting returns a
 * changed copy. Given by {@link VirtualServer.Builder#access}, replaced while it runs by {@link
 * VirtualServer#access(AccessPolicy)}.
 *
 * <p>A new flow is looked at in this order, before a member is chosen for it and, but for the last
 * step, before the client's first bytes are waited for:
 *
 * <ol>
 *   <li>the lists: refused if its client is in a denied network, or if there are allowed networks
 *       and it is in none of them ({@link CloseReason#DENIED});
 *   <li>the limits of its client: open flows ({@link CloseReason#CLIENT_LIMIT}), then new flows per
 *       second ({@link CloseReason#CLIENT_RATE});
 *   <li>the admission ({@link CloseReason#NOT_ADMITTED}).
 * </ol>
 *
 * <p>A refused client is reset. Its flow opens and closes for listeners; nothing is logged above
 * DEBUG. {@link VirtualServer#accessCounters} counts.
 *
 * <p>The client is who {@link Flow#client} says: behind {@link TrustedProxies} the one that they
 * name, once they have.
 *
 * <p>Networks are written as {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a lone address. IPv4
 * networks match IPv4 clients also where they come as IPv4-mapped IPv6 addresses; {@code ::/0}
 * matches IPv6 clients only. UNIX-domain clients have no address: lists do not apply to them, the
 * permissions of the path do.
 */
public final class AccessPolicy {
  private static final int MOST_NETWORKS = 1_000_000;
  private static final int MOST_FLOWS = 10_000_000;
  private static final int ANY = 0;
  private static final AccessPolicy OPEN =
      new AccessPolicy(
          List.of(),
          List.of(),
          Optional.empty(),
          new ClientLimits(KeySource.sourceAddress(32, 64), ANY, ANY, 100_000),
          false);

  /**
   * What each client may have.
   *
   * @param flows open ones; {@link #ANY} for any number
   * @param perSecond new ones; {@link #ANY} for any number
   */
  record ClientLimits(KeySource key, int flows, int perSecond, int clients) {
    boolean areAny() {
      return flows != ANY || perSecond != ANY;
    }

    int flowsAtOnce() {
      return flows == ANY ? Integer.MAX_VALUE : flows;
    }

    TokenRate rate() {
      return perSecond == ANY ? TokenRate.UNLIMITED : TokenRate.perSecond(perSecond);
    }
  }

  private final List<Cidr> allowed;
  private final List<Cidr> denied;
  private final Optional<Predicate<Flow>> admission;
  private final ClientLimits limits;
  private final boolean dryRun;

  private AccessPolicy(
      List<Cidr> allowed,
      List<Cidr> denied,
      Optional<Predicate<Flow>> admission,
      ClientLimits limits,
      boolean dryRun) {
    this.allowed = allowed;
    this.denied = denied;
    this.admission = admission;
    this.limits = limits;
    this.dryRun = dryRun;
  }

  /** Everyone is let in; the start for everything else. */
  public static AccessPolicy open() {
    return OPEN;
  }

  /**
   * The same with these allowed networks added; with none, every client is allowed.
   *
   * @throws IllegalArgumentException if one is no network, has bits beyond its prefix, or they
   *     become more than 1000000
   */
  public AccessPolicy allow(String... networks) {
    return allow(Arrays.asList(Checks.present("allow", networks)));
  }

  /** As {@link #allow(String...)}. */
  public AccessPolicy allow(Collection<String> networks) {
    return new AccessPolicy(plus("allow", allowed, networks), denied, admission, limits, dryRun);
  }

  /**
   * The same with these denied networks added. Who is in one is refused, also if he is in an
   * allowed one.
   *
   * @throws IllegalArgumentException if one is no network, has bits beyond its prefix, or they
   *     become more than 1000000
   */
  public AccessPolicy deny(String... networks) {
    return deny(Arrays.asList(Checks.present("deny", networks)));
  }

  /** As {@link #deny(String...)}. */
  public AccessPolicy deny(Collection<String> networks) {
    return new AccessPolicy(allowed, plus("deny", denied, networks), admission, limits, dryRun);
  }

  private static List<Cidr> plus(String list, List<Cidr> present, Collection<String> networks) {
    Checks.present(list, networks);
    Checks.range(list + " networks", (long) present.size() + networks.size(), 0, MOST_NETWORKS);
    List<Cidr> all = new ArrayList<>(present);
    for (String network : networks) {
      all.add(Cidr.parse(network));
    }
    return List.copyOf(all);
  }

  /**
   * The same with another last word: flows for which it says no are refused. It is asked on the
   * flow's event loop, by several loops at once, after lists and limits, once the client's first
   * bytes were looked at if they are, and before anything of a member is used. It must not block;
   * one that throws refuses the flow, which is logged (once a minute) and counted. Default: all are
   * let in.
   */
  public AccessPolicy admission(Predicate<Flow> admission) {
    return new AccessPolicy(
        allowed, denied, Optional.of(Checks.present("admission", admission)), limits, dryRun);
  }

  /**
   * The same with at most so many open flows for each client, 1..10000000; default any number. A
   * flow counts until both sockets are closed, which is a moment after the client notices.
   */
  public AccessPolicy maxFlowsPerClient(int flows) {
    Checks.range("maxFlowsPerClient", flows, 1, MOST_FLOWS);
    return limits(new ClientLimits(limits.key, flows, limits.perSecond, limits.clients));
  }

  /**
   * The same with at most so many new flows a second for each client, 1..1000000; default any
   * number. After a quiet second as many may come at once: in any {@code t} seconds at most {@code
   * (t + 1)} times the limit. Refused flows do not count, but for those that the admission refuses.
   */
  public AccessPolicy flowsPerSecondPerClient(int flows) {
    Checks.range("flowsPerSecondPerClient", flows, 1, TokenRate.MOST_PER_SECOND);
    return limits(new ClientLimits(limits.key, limits.flows, flows, limits.clients));
  }

  /**
   * The same with another idea of what one client is, for the limits; default {@link
   * KeySource#sourceAddress(int, int) sourceAddress(32, 64)}: an IPv4 address, or an IPv6 network
   * of 64 bits, in which a host takes any address it likes. Flows without a key are not limited. A
   * key from the client's first bytes is waited for, and the limits apply once it is known.
   */
  public AccessPolicy clientKey(KeySource key) {
    Checks.present("clientKey", key);
    return limits(new ClientLimits(key, limits.flows, limits.perSecond, limits.clients));
  }

  /**
   * The same with another bound on clients that are counted at the same time, 1..10000000; default
   * 100000, each about 200 bytes. A client is counted while it has flows, and for a second after it
   * had some. At the bound, those without flows make way. If there are none, clients that are not
   * counted yet are let in without limit and {@linkplain AccessCounters#notTracked said to be so};
   * so make it no less than {@link VirtualServer.Builder#maxFlows}.
   */
  public AccessPolicy maxClients(int clients) {
    Checks.range("maxClients", clients, 1, 10_000_000);
    return limits(new ClientLimits(limits.key, limits.flows, limits.perSecond, clients));
  }

  private AccessPolicy limits(ClientLimits changed) {
    return new AccessPolicy(allowed, denied, admission, changed, dryRun);
  }

  /**
   * The same for trying it out, or no more: everyone is let in, and who would be refused is counted
   * and told to listeners ({@link FlowListener#onSpared}). Default off. Flows that would be refused
   * do not count against the limits of their client, as if they had been.
   */
  public AccessPolicy dryRun(boolean dryRun) {
    return new AccessPolicy(allowed, denied, admission, limits, dryRun);
  }

  /** The allowed networks, in the order given; empty if every client is allowed. */
  public List<String> allowed() {
    return allowed.stream().map(Cidr::toString).toList();
  }

  /** The denied networks, in the order given. */
  public List<String> denied() {
    return denied.stream().map(Cidr::toString).toList();
  }

  /** Whether it only counts and tells what it would refuse. */
  public boolean isDryRun() {
    return dryRun;
  }

  List<Cidr> allowedNetworks() {
    return allowed;
  }

  List<Cidr> deniedNetworks() {
    return denied;
  }

  Optional<Predicate<Flow>> admission() {
    return admission;
  }

  ClientLimits limits() {
    return limits;
  }

  /** What has to be found out of a flow. */
  List<KeySource> keySources() {
    return limits.areAny() ? List.of(limits.key) : List.of();
  }

  /** Whether there is nothing for which a flow could be refused. */
  boolean isOpen() {
    return allowed.isEmpty() && denied.isEmpty() && admission.isEmpty() && !limits.areAny();
  }

  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (!allowed.isEmpty()) {
      parts.add("allow " + allowed.size() + " networks");
    }
    if (!denied.isEmpty()) {
      parts.add("deny " + denied.size() + " networks");
    }
    if (limits.flows != ANY) {
      parts.add("at most " + limits.flows + " flows by " + limits.key);
    }
    if (limits.perSecond != ANY) {
      parts.add("at most " + limits.perSecond + " new flows/s by " + limits.key);
    }
    admission.ifPresent(asked -> parts.add("admission"));
    if (dryRun) {
      parts.add("dry run");
    }
    return parts.isEmpty() ? "open" : String.join(", ", parts);
  }
}
