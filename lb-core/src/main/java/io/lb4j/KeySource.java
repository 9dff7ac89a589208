package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.List;
import java.util.Optional;

/**
 * Where the {@link FlowKey} of a flow is taken from. Immutable; two sources of the same description
 * are equal, so that what persistence, strategies and routes ask of a flow is found out once.
 *
 * <p>{@link Flow#key} gives what it found.
 */
public abstract sealed class KeySource permits AddressSource, FallbackSource, InspectedSource {
  KeySource() {}

  /** The client's IP address, or its network. Clients without one (UNIX-domain) have no key. */
  public static KeySource sourceAddress() {
    return sourceAddress(32, 128);
  }

  /**
   * The client's network.
   *
   * @param ipv4Prefix how many bits of an IPv4 address count, 0..32
   * @param ipv6Prefix how many bits of an IPv6 address count, 0..128
   */
  public static KeySource sourceAddress(int ipv4Prefix, int ipv6Prefix) {
    Checks.range("ipv4Prefix", ipv4Prefix, 0, 32);
    Checks.range("ipv6Prefix", ipv6Prefix, 0, 128);
    return new AddressSource(true, ipv4Prefix, ipv6Prefix);
  }

  /** The IP address that the client came to. */
  public static KeySource destinationAddress() {
    return new AddressSource(false, 32, 128);
  }

  /**
   * What the host's own code finds in the client's first bytes. Two of these are equal only if the
   * inspector is the same object.
   *
   * @param name what it is called in logs
   */
  public static KeySource inspected(String name, Inspector inspector) {
    return new OwnInspectedSource(
        Checks.notBlank("name", name), Checks.present("inspector", inspector));
  }

  /** This one, and where it gives no key the other. */
  public KeySource orElse(KeySource other) {
    return new FallbackSource(this, Checks.present("other", other));
  }

  /** What has to be looked for in the first bytes. */
  abstract List<InspectedSource> inspected();

  /** What is known of the flow now; empty when it has no such key. */
  abstract Optional<FlowKey> keyOf(Flow flow);
}
