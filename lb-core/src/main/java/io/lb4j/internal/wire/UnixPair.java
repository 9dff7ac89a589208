package io.lb4j.internal.wire;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Two UNIX-domain addresses as a PROXY header writes them: paths, filled up with zeros. */
final class UnixPair {
  private static final int OCTETS = ProxyBlock.UNIX_OCTETS;

  private final byte[] from;
  private final byte[] to;

  private UnixPair(byte[] from, byte[] to) {
    this.from = from;
    this.to = to;
  }

  /** Empty unless both are UNIX-domain addresses that fit. */
  static Optional<UnixPair> of(SocketAddress source, SocketAddress destination) {
    if (!(source instanceof UnixDomainSocketAddress from)
        || !(destination instanceof UnixDomainSocketAddress to)) {
      return Optional.empty();
    }
    UnixPair pair = new UnixPair(octets(from), octets(to));
    boolean fit = Math.max(pair.from.length, pair.to.length) <= OCTETS;
    return fit ? Optional.of(pair) : Optional.empty();
  }

  private static byte[] octets(UnixDomainSocketAddress address) {
    return address.getPath().toString().getBytes(StandardCharsets.UTF_8);
  }

  int length() {
    return 2 * OCTETS;
  }

  void write(ByteBuffer out) {
    out.put(from).position(out.position() + OCTETS - from.length);
    out.put(to).position(out.position() + OCTETS - to.length);
  }
}
