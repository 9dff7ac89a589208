package io.lb4j;

import io.lb4j.internal.balance.XxHash64;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A key of octets that were received, or that a host made. */
final class OctetKey implements FlowKey {
  private final byte[] octets;
  private final int hash;

  /** Keeps the array. */
  OctetKey(byte[] octets) {
    this.octets = octets;
    hash = Arrays.hashCode(octets);
  }

  /** A text that may be anything, in UTF-8; empty if it is no key. */
  static Optional<FlowKey> of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A text of which each character is an octet that was received; empty if it is no key. */
  static Optional<FlowKey> received(String text) {
    return of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Octets that may be anything, which it keeps; empty if they are no key. */
  static Optional<FlowKey> of(byte[] octets) {
    return octets.length == 0 || octets.length > MAX_OCTETS
        ? Optional.empty()
        : Optional.of(new OctetKey(octets));
  }

  @Override
  public byte[] octets() {
    return octets.clone();
  }

  /** XXH64 of its octets. */
  long xxHash64() {
    return XxHash64.hash(octets, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OctetKey key && hash == key.hash && Arrays.equals(octets, key.octets);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    for (byte octet : octets) {
      if (octet < ' ' || octet > '~') {
        return "0x" + HexFormat.of().formatHex(octets);
      }
    }
    return new String(octets, StandardCharsets.US_ASCII);
  }
}
