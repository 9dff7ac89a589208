package io.lb4j;

import io.lb4j.internal.balance.KetamaRing;
import io.lb4j.internal.balance.XxHash64;
import java.util.Locale;

/** The hashes of ours: known not to block or throw. */
enum BuiltInHash implements KeyHash {
  XXHASH64 {
    @Override
    public long hash(byte[] octets) {
      return XxHash64.hash(octets, 0);
    }
  },
  KETAMA {
    @Override
    public long hash(byte[] octets) {
      return KetamaRing.hash(octets);
    }
  };

  /** The hash of a key, without a copy of its octets if that can be. */
  static long of(FlowKey key, KeyHash hash) {
    if (hash != XXHASH64) {
      return hash.hash(key.octets());
    }
    return key instanceof AddressKey address ? address.xxHash64() : ((OctetKey) key).xxHash64();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
