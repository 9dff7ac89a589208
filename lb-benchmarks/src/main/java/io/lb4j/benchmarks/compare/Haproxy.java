package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * HAProxy with as many threads as there are workers.
 *
 * @param program its binary
 * @param splice tuned for bulk: bytes move through big pipes inside the kernel
 */
record Haproxy(Path program, boolean splice) implements Contender {
  static final String PLAIN = "haproxy";
  static final String SPLICE = "haproxy-splice";

  private static final String CONFIG =
      """
      global
        nbthread %s
        maxconn 4000
        %s
      defaults
        mode tcp
        timeout connect 5s
        timeout client 60s
        timeout server 60s
        %s
      listen compare
        bind %s
        server a %s
        server b %s
      """;

  @Override
  public String name() {
    return splice ? SPLICE : PLAIN;
  }

  /** The community's edition balances no datagrams. */
  @Override
  public boolean carries(Workload workload) {
    return !workload.isUdp();
  }

  @Override
  public List<String> versionCommand() {
    return List.of(program.toString(), "-v");
  }

  @Override
  public List<String> command(Place place) throws IOException {
    Path config = place.folder().resolve(name() + ".cfg");
    Files.writeString(config, config(place));
    return List.of(program.toString(), "-db", "-f", config.toString());
  }

  private String config(Place place) {
    return CONFIG.formatted(
        place.workers(),
        splice ? "tune.pipesize 1048576" : "",
        splice ? "option splice-request\n  option splice-response" : "",
        place.listen(),
        place.server(0),
        place.server(1));
  }
}
