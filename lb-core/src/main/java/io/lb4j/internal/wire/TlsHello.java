package io.lb4j.internal.wire;

import java.util.List;
import java.util.Optional;

/**
 * What a TLS client said in the clear before anything was agreed on. Immutable. Texts have one
 * character for each octet.
 *
 * @param serverName the server's name, in lower case (RFC 6066); empty if there is none, or none
 *     that counts, see {@link TlsServerName}
 * @param protocols the application protocols offered (RFC 7301), the client's favourite first; at
 *     most {@value #MAX_PROTOCOLS}, more are left out
 * @param version the highest version offered: 0x0304 for TLS 1.3, 0x0303 for TLS 1.2
 * @param sessionId the session that the client would resume, empty if none. From a TLS 1.3 client
 *     it is mostly made up anew for each connection
 */
public record TlsHello(
    Optional<String> serverName, List<String> protocols, int version, Optional<String> sessionId) {

  /** How many application protocols are kept. */
  public static final int MAX_PROTOCOLS = 32;

  /** The name of the version, as in {@code TLSv1.3}. */
  public String versionName() {
    return switch (version) {
      case 0x0300 -> "SSLv3";
      default -> "TLSv1." + ((version & 0xFF) - 1);
    };
  }
}
