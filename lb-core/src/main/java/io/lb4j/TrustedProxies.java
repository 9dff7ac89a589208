package io.lb4j;

import io.lb4j.internal.util.Checks;
import io.lb4j.internal.util.Cidr;
import io.lb4j.internal.util.CidrSet;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The proxies in front of a virtual server: each of their connections begins with a header of the
 * PROXY protocol, version 1 or 2, that tells who the client is. Immutable: each setting returns a
 * changed copy.
 *
 * <p>From then on the address in the header is the flow's {@link Flow#client}: to strategies,
 * persistence, access rules, the flow table and members. {@link Flow#peer} is the proxy. A header
 * that says {@code LOCAL} or {@code UNKNOWN} leaves the connection's own addresses.
 *
 * <p>Nothing is guessed: a connection from these networks without a whole and correct header in
 * time is reset, and so is any other, with or without header ({@link CloseReason#PROXY_HEADER});
 * {@link #othersDirect} changes the latter.
 */
public final class TrustedProxies {
  private static final Duration SHORTEST = Duration.ofMillis(1);

  private final List<Cidr> networks;
  private final CidrSet set;
  private final Duration timeout;
  private final int maxHeaderBytes;
  private final boolean othersDirect;

  private TrustedProxies(
      List<Cidr> networks,
      CidrSet set,
      Duration timeout,
      int maxHeaderBytes,
      boolean othersDirect) {
    this.networks = networks;
    this.set = set;
    this.timeout = timeout;
    this.maxHeaderBytes = maxHeaderBytes;
    this.othersDirect = othersDirect;
  }

  /**
   * Proxies in these networks, and whoever connects to a UNIX-domain listener.
   *
   * @param networks addresses or networks such as {@code 10.0.0.0/8}; at least one
   */
  public static TrustedProxies in(String... networks) {
    Checks.range("networks", Checks.present("networks", networks).length, 1, 10_000);
    List<Cidr> parsed = Stream.of(networks).map(Cidr::parse).toList();
    return new TrustedProxies(parsed, CidrSet.of(parsed), Duration.ofSeconds(5), 4096, false);
  }

  /** The same with another time for the header to come, 1 ms or more; default 5 s. */
  public TrustedProxies timeout(Duration timeout) {
    Checks.atLeast("timeout", timeout, SHORTEST);
    return new TrustedProxies(networks, set, timeout, maxHeaderBytes, othersDirect);
  }

  /**
   * The same with another limit of a version 2 header, in bytes after the first 16, 216..65535;
   * default 4096.
   */
  public TrustedProxies maxHeaderBytes(int maxBytes) {
    Checks.range("maxHeaderBytes", maxBytes, 216, 65_535);
    return new TrustedProxies(networks, set, timeout, maxBytes, othersDirect);
  }

  /** The same, but connections from elsewhere are clients of their own, without a header. */
  public TrustedProxies othersDirect() {
    return new TrustedProxies(networks, set, timeout, maxHeaderBytes, true);
  }

  /** Whether connections from elsewhere are taken. */
  boolean takesOthers() {
    return othersDirect;
  }

  boolean trusts(SocketAddress peer) {
    return !(peer instanceof InetSocketAddress inet) || set.contains(inet.getAddress());
  }

  long timeoutNanos() {
    return timeout.toNanos();
  }

  int maxHeaderBytes() {
    return maxHeaderBytes;
  }

  @Override
  public String toString() {
    return "proxies in " + networks + (othersDirect ? ", others direct" : "");
  }
}
