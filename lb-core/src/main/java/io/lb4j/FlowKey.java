package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/**
 * What a flow is known by, to persistence and to strategies that hash: an address or a network, a
 * cookie, a server name. Where it comes from says a {@link KeySource}. Immutable; equal keys are
 * equal in kind and in every octet, and an address never equals a text.
 */
public sealed interface FlowKey permits AddressKey, OctetKey {
  /** The longest key, in octets: longer ones are refused, or are no key if they were received. */
  int MAX_OCTETS = 4096;

  /** A text, in UTF-8; not empty. */
  static FlowKey of(String text) {
    return ofOctets(Checks.present("key", text).getBytes(StandardCharsets.UTF_8));
  }

  /** Any octets, 1..{@value #MAX_OCTETS}. */
  static FlowKey ofOctets(byte[] octets) {
    Checks.range("key octets", Checks.present("key", octets).length, 1, MAX_OCTETS);
    return new OctetKey(octets.clone());
  }

  /** An IP address. */
  static FlowKey of(InetAddress address) {
    return AddressKey.of(Checks.present("address", address), 32, 128);
  }

  /**
   * What it is hashed as: the 4 or 16 octets of an address in network order, host bits zero if it
   * stands for a network, or the octets as they were received. A copy.
   */
  byte[] octets();

  /**
   * For people: {@code 10.1.2.3}, {@code 10.1.2.0/24}, a text as it is, or hexadecimal digits after
   * {@code 0x} if it has octets that are not printable ASCII.
   */
  @Override
  String toString();
}
