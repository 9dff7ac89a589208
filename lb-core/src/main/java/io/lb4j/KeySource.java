package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the {@link FlowKey} of a flow is taken from. Immutable; two sources of the same description
 * are equal, so that what persistence, strategies and routes ask of a flow is found out once.
 *
 * <p>{@link Flow#key} gives what it found.
 */
public abstract sealed class KeySource
    permits AddressSource, FallbackSource, InspectedSource, TlvSource {
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

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

  /** The IP address that the client came to: of the host, also if that listens on all. */
  public static KeySource destinationAddress() {
    return new AddressSource(false, 32, 128);
  }

  /**
   * The first cookie of that name in the first HTTP/1 request; names are compared with their case.
   * {@link PersistencePolicy} also learns it from the reply's {@code Set-Cookie}.
   */
  public static KeySource httpCookie(String name) {
    return new HttpSource(HttpSource.Part.COOKIE, token("cookie", name));
  }

  /** The first header of that name, in any case, in the first HTTP/1 request. */
  public static KeySource httpHeader(String name) {
    return new HttpSource(HttpSource.Part.HEADER, token("header", name).toLowerCase(Locale.ROOT));
  }

  /** The host that the first HTTP/1 request is for, without a port and in lower case. */
  public static KeySource httpHost() {
    return new HttpSource(HttpSource.Part.HOST, "");
  }

  /** The path of the first HTTP/1 request, without its query, nothing decoded. */
  public static KeySource httpPath() {
    return new HttpSource(HttpSource.Part.PATH, "");
  }

  /**
   * The first parameter of that name in the query of the first HTTP/1 request, decoded as forms
   * are.
   */
  public static KeySource httpQuery(String parameter) {
    return new HttpSource(HttpSource.Part.QUERY, Checks.notBlank("parameter", parameter));
  }

  /**
   * The server name (SNI) in a TLS ClientHello, in lower case (RFC 6066). Nothing is decrypted; an
   * encrypted ClientHello shows its outer name.
   */
  public static KeySource tlsServerName() {
    return new TlsSource(TlsSource.Part.SERVER_NAME);
  }

  /** The application protocol that a TLS ClientHello offers first (ALPN), such as {@code h2}. */
  public static KeySource tlsProtocol() {
    return new TlsSource(TlsSource.Part.PROTOCOL);
  }

  /** The highest version that a TLS ClientHello offers, such as {@code TLSv1.3}. */
  public static KeySource tlsVersion() {
    return new TlsSource(TlsSource.Part.VERSION);
  }

  /**
   * The session id in a TLS ClientHello. It names a session to resume up to TLS 1.2; from a TLS 1.3
   * client it is mostly made up anew for each connection.
   */
  public static KeySource tlsSessionId() {
    return new TlsSource(TlsSource.Part.SESSION);
  }

  /**
   * The first value of a type in the PROXY header (version 2) of a {@linkplain TrustedProxies
   * trusted proxy}.
   *
   * @param type 0..255, such as 0x02 for the server name or 0x05 for a unique id
   */
  public static KeySource proxyTlv(int type) {
    return new TlvSource(Checks.range("type", type, 0, 255));
  }

  /** A name as HTTP has them (RFC 9110, 5.6.2). */
  private static String token(String what, String name) {
    boolean good =
        Checks.present(what, name)
            .chars()
            .allMatch(
                c -> (Character.isLetterOrDigit(c) && c < 128) || TOKEN_MARKS.indexOf(c) >= 0);
    if (name.isEmpty() || !good) {
      throw Checks.bad(what, '"' + name + '"', "letters, digits and " + TOKEN_MARKS);
    }
    return name;
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

  /** Whether the flow has the key now. */
  boolean isIn(Flow flow) {
    return flow.key(this).isPresent();
  }

  /** The hash of the key, which the flow has. */
  long hashIn(Flow flow, KeyHash hash) {
    return BuiltInHash.of(flow.key(this).orElseThrow(), hash);
  }
}
