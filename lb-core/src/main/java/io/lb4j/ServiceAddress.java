package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a service is: a host and a port, or the path of a UNIX-domain socket. Balancing is by
 * service and not by host, so two ports of one host are two members. Immutable; equal when host
 * (without regard to case) and port, or path, are.
 *
 * <p>Written as {@code host:port}, {@code [IPv6]:port} or {@code unix:path}; {@link #parse} reads
 * what {@link #toString} writes.
 */
public final class ServiceAddress {
  private static final Pattern NUMERIC = Pattern.compile("[0-9.]+");
  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
  private static final String UNIX_PREFIX = "unix:";
  private static final int MAX_PORT = 65_535;

  private final String host;
  private final int port;
  private final Optional<Path> path;
  private final Optional<SocketAddress> resolved;

  private ServiceAddress(
      String host, int port, Optional<Path> path, Optional<SocketAddress> resolved) {
    this.host = host;
    this.port = port;
    this.path = path;
    this.resolved = resolved;
  }

  /**
   * A service on an IP port.
   *
   * @param host a name, or an IPv4 or IPv6 literal; names are resolved when the address is used,
   *     not here
   * @param port 0..65535; 0 only makes sense for listening, where it asks for any free port
   */
  public static ServiceAddress of(String host, int port) {
    String trimmed = unbracketed(Checks.notBlank("host", host));
    Checks.range("port", port, 0, MAX_PORT);
    Optional<SocketAddress> resolved =
        literal(trimmed).map(address -> new InetSocketAddress(address, port));
    return new ServiceAddress(trimmed.toLowerCase(Locale.ROOT), port, Optional.empty(), resolved);
  }

  /**
   * A service on a UNIX-domain socket.
   *
   * @param path the socket file; the system limits its length, on Linux to 108 bytes
   */
  public static ServiceAddress unix(Path path) {
    Path checked = Checks.present("path", path);
    if (checked.toString().isEmpty()) {
      throw Checks.bad("path", "\"\"", "not blank");
    }
    return new ServiceAddress(
        "", 0, Optional.of(checked), Optional.of(UnixDomainSocketAddress.of(checked)));
  }

  /**
   * Reads {@code host:port}, {@code [IPv6]:port} or {@code unix:path}.
   *
   * @throws IllegalArgumentException when the text is none of these
   */
  public static ServiceAddress parse(String text) {
    Checks.notBlank("address", text);
    if (text.startsWith(UNIX_PREFIX) && text.length() > UNIX_PREFIX.length()) {
      return unix(Path.of(text.substring(UNIX_PREFIX.length())));
    }
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[") && colon > 0 && text.charAt(colon - 1) == ']';
    if (colon <= 0 || (text.indexOf(':') != colon && !bracketed)) {
      throw malformed(text);
    }
    String digits = text.substring(colon + 1);
    if (digits.isEmpty()
        || digits.length() > 5
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw malformed(text);
    }
    return of(text.substring(0, colon), Integer.parseInt(digits));
  }

  private static IllegalArgumentException malformed(String text) {
    return Checks.bad("address", text, "host:port, [IPv6]:port or unix:path");
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  /** The address that a literal spells; empty for a name. The resolver is never asked. */
  private static Optional<InetAddress> literal(String host) {
    if (host.isEmpty()
        || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']' || c == '*')) {
      throw notAHost(host);
    }
    boolean ipv6 = host.indexOf(':') >= 0;
    if (!ipv6 && !NUMERIC.matcher(host).matches()) {
      return Optional.empty();
    }
    if (!ipv6 && !DOTTED_QUAD.matcher(host).matches()) {
      throw notAHost(host);
    }
    try {
      // In brackets nothing but an IPv6 literal is looked at: names with a colon are not looked up.
      return Optional.of(InetAddress.getByName(ipv6 ? "[" + host + "]" : host));
    } catch (UnknownHostException notALiteral) {
      throw notAHost(host);
    }
  }

  private static IllegalArgumentException notAHost(String host) {
    return Checks.bad("host", host, "a name or an IP literal");
  }

  /** The name or literal as given, in lower case; empty for a UNIX-domain socket. */
  public String host() {
    return host;
  }

  /** The port, 0..65535; 0 for a UNIX-domain socket. */
  public int port() {
    return port;
  }

  /** The socket file of a UNIX-domain service. */
  public Optional<Path> path() {
    return path;
  }

  /** The socket address when no resolver is needed to know it. */
  Optional<SocketAddress> withoutResolving() {
    return resolved;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ServiceAddress that
        && host.equals(that.host)
        && port == that.port
        && path.equals(that.path);
  }

  @Override
  public int hashCode() {
    return Objects.hash(host, port, path);
  }

  @Override
  public String toString() {
    if (path.isPresent()) {
      return UNIX_PREFIX + path.get();
    }
    boolean bracketed = host.indexOf(':') >= 0 || host.equals("unix"); // else it reads as a path
    return bracketed ? "[" + host + "]:" + port : host + ":" + port;
  }
}
