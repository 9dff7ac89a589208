package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A name that stands for many members: each address of a host, or each server that the SRV records
 * of a service name (RFC 2782). The name is resolved while the pool is in use, when a virtual
 * server starts and then once every {@link Pool.Builder#resolveInterval}, whatever the records'
 * time to live; members come and go with the answers. Immutable, usable as it stands.
 *
 * <p>A member stays as long as its address does, with its counters, its health and what an operator
 * made of it; one that was taken out by hand comes back with the next answer, so drain or disable
 * it instead. While resolving fails the members stay. They all leave only when the resolver answers
 * that there is nothing: an empty list. {@link NameResolver#system} cannot tell that from a failure
 * and never does so; {@link ServiceResolver#system} can. An address that occurs twice is one
 * member, and one that the pool has already, by itself or from another source, is left alone.
 */
public final class MemberSource {
  private static final int DEFAULT_LIMIT = 256;
  private static final int LONGEST_NAME = 253;
  private static final Pattern DNS_NAME = Pattern.compile("[\\w-]+(\\.[\\w-]+)*\\.?");

  private final String service; // empty: the addresses of the template's host
  private final Optional<MemberSpec> template;
  private final int limit;

  private MemberSource(String service, Optional<MemberSpec> template, int limit) {
    this.service = service;
    this.template = template;
    this.limit = limit;
  }

  /**
   * A member of weight 1 for each address of a host.
   *
   * @param host a name; it is resolved by the pool's {@link NameResolver}
   * @param port 1..65535
   */
  public static MemberSource addressesOf(String host, int port) {
    return addressesOf(MemberSpec.of(host, port));
  }

  /** A member for each address of the name in a specification, with its other settings. */
  public static MemberSource addressesOf(MemberSpec spec) {
    ServiceAddress address = Checks.present("member", spec).address();
    if (address.withoutResolving().isPresent()) {
      throw Checks.bad("host", address, "a name; an address is a member by itself");
    }
    return new MemberSource("", Optional.of(spec), DEFAULT_LIMIT);
  }

  /**
   * A member for each SRV record of a service: its target and port. A target is resolved as the
   * name of any member is: its first address counts. Records become members so:
   *
   * <ul>
   *   <li>weight: 0 is 1, up to 256 as it is; when the largest is beyond 256, all are divided so
   *       that it becomes 256. An operator's {@link PoolMember#reweight} holds until the record's
   *       weight changes
   *   <li>priority: lower numbers first, as RFC 2782 has it: the member's priority is 65535 less it
   * </ul>
   *
   * @param name the full DNS name, such as {@code _http._tcp.example.com}; search domains are not
   *     applied
   */
  public static MemberSource service(String name) {
    Checks.notBlank("service", name);
    if (name.length() > LONGEST_NAME || !DNS_NAME.matcher(name).matches()) {
      throw Checks.bad("service", name, "a DNS name such as _http._tcp.example.com");
    }
    return new MemberSource(name, Optional.empty(), DEFAULT_LIMIT);
  }

  /**
   * The same with another maximum of members, 1..10000; default 256. Those that are there already
   * come first; the others are left out with a warning.
   */
  public MemberSource limit(int members) {
    return new MemberSource(service, template, Checks.range("limit", members, 1, 10_000));
  }

  /** How many members it brings at most. */
  public int limit() {
    return limit;
  }

  /** The name of the service; empty when each address of a host is a member. */
  Optional<String> service() {
    return template.isPresent() ? Optional.empty() : Optional.of(service);
  }

  /** What each address of a host becomes; empty for a service. */
  Optional<MemberSpec> template() {
    return template;
  }

  /** Equal when they ask for the same: the host and port, or the service. */
  @Override
  public boolean equals(Object other) {
    return other instanceof MemberSource that
        && service.equalsIgnoreCase(that.service)
        && template.map(MemberSpec::address).equals(that.template.map(MemberSpec::address));
  }

  @Override
  public int hashCode() {
    return toString().toLowerCase(Locale.ROOT).hashCode();
  }

  /** What it asks for: {@code web.internal:80} or {@code _http._tcp.example.com}. */
  @Override
  public String toString() {
    return template.map(spec -> spec.address().toString()).orElse(service);
  }
}
