package io.lb4j;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the addresses of a name. Called on a pool's resolver threads, which may block, for several
 * names at once but never twice at once for a member.
 */
@FunctionalInterface
public interface NameResolver {
  /**
   * Looks a name up.
   *
   * @return its addresses, preferred ones first. An empty list says with authority that there is
   *     none: the members that a {@link MemberSource} has by this name leave; a member given by
   *     name keeps the address that it had
   * @throws UnknownHostException when there is none or none can be had now; earlier answers stay in
   *     use
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /**
   * The resolver of the JVM and its caching (security property {@code networkaddress.cache.ttl}).
   * It cannot tell a name without addresses from one that cannot be resolved now, so it never
   * returns an empty list.
   */
  static NameResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
