package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds the servers of a service. Called on a pool's resolver threads, which may block; never twice
 * at once for a service.
 */
@FunctionalInterface
public interface ServiceResolver {
  /**
   * Looks a service up.
   *
   * @return its servers; an empty list says with authority that there are none
   * @throws UnknownHostException when no answer can be had now; earlier ones stay in use
   */
  List<ServiceRecord> resolve(String service) throws UnknownHostException;

  /**
   * SRV records of the DNS servers that the system is set up with. "No such name", a name without
   * SRV records, and the target {@code .} are answers: there are no servers. A server that fails,
   * or does not answer after three attempts (7 s in all), is none. Needs the JDK's modules {@code
   * java.naming} and {@code jdk.naming.dns}.
   *
   * @throws IllegalStateException when a module is missing; a resolver of your own does without
   */
  static ServiceResolver system() {
    for (String module : List.of("java.naming", "jdk.naming.dns")) {
      Checks.state(
          ModuleLayer.boot().findModule(module).isPresent(),
          "services need the module "
              + module
              + ", which this JVM runs without: add it (--add-modules "
              + module
              + ") or set a serviceResolver of your own");
    }
    return new DnsServiceResolver("dns:");
  }
}
