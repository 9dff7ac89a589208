package io.lb4j;

import java.util.List;
import java.util.Optional;

/** A key from the PROXY header that the connection began with. */
final class TlvSource extends KeySource {
  private final int type;

  TlvSource(int type) {
    this.type = type;
  }

  @Override
  List<InspectedSource> inspected() {
    return List.of();
  }

  @Override
  Optional<FlowKey> keyOf(Flow flow) {
    return flow instanceof ActiveFlow active
        ? active.proxyHeader().flatMap(header -> header.tlv(type)).flatMap(OctetKey::of)
        : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TlvSource source && type == source.type;
  }

  @Override
  public int hashCode() {
    return type;
  }

  @Override
  public String toString() {
    return String.format("PROXY value %#04x", type);
  }
}
