package io.lb4j.benchmarks.compare;

import io.lb4j.TransportKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * lb4j, in a JVM as it comes.
 *
 * @param java the JVM
 * @param transport how it reaches its sockets
 */
record Lb4j(Path java, TransportKind transport) implements Contender {
  static final String NAME = "lb4j";

  /** Whether this is the name of lb4j, on whichever transport. */
  static boolean isName(String name) {
    return name.startsWith(NAME);
  }

  @Override
  public String name() {
    return transport == TransportKind.AUTO
        ? NAME
        : NAME + "-" + transport.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean carries(Workload workload) {
    return true;
  }

  @Override
  public List<String> versionCommand() {
    return OwnJvm.command(java, Lb4jProxy.class, transport.name());
  }

  @Override
  public List<String> command(Place place) {
    return OwnJvm.command(
        java,
        Lb4jProxy.class,
        transport.name(),
        Integer.toString(place.workers()),
        place.workload().name(),
        place.listen(),
        place.server(0),
        place.server(1));
  }
}
