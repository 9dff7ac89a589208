package io.lb4j;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Finds the addresses of a name. Called on a pool's resolver thread, which may block. */
@FunctionalInterface
public interface NameResolver {
  /**
   * Looks a name up.
   *
   * @return its addresses, preferred ones first
   * @throws UnknownHostException when there is none or none can be had now; earlier answers stay in
   *     use
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /** The resolver of the JVM and its caching. */
  static NameResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
