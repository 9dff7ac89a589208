package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * nginx, with its stream module.
 *
 * @param program its binary
 * @param streamModule what makes it a proxy of TCP and UDP
 */
record Nginx(Path program, Path streamModule) implements Contender {
  static final String NAME = "nginx";

  private static final String CONFIG =
      """
      load_module %1$s;
      daemon off;
      worker_processes %6$d;
      worker_rlimit_nofile 16384;
      pid %2$s/nginx.pid;
      error_log %2$s/nginx.err;
      events { worker_connections 8000; }
      stream {
        upstream servers { server %4$s; server %5$s; }
        server { listen %3$s %7$s; proxy_pass servers; %8$s }
      }
      """;

  /** The module where packages put it. */
  static Optional<Path> findStreamModule() {
    return Stream.of("/usr/lib/nginx/modules", "/usr/share/nginx/modules", "/etc/nginx/modules")
        .map(folder -> Path.of(folder, "ngx_stream_module.so"))
        .filter(Files::isReadable)
        .findFirst();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean carries(Workload workload) {
    return true;
  }

  private static String listening(Place place) {
    if (!place.workload().isUdp()) {
      return "backlog=4096";
    }
    // With one socket for all workers the datagrams of one client go now to this, now to that.
    return place.workers() > 1 ? "udp reuseport" : "udp";
  }

  private static String session(Workload workload) {
    return switch (workload) {
      case UDP_ECHO, UDP_BURST -> "proxy_timeout 60s;";
      case UDP_SHORT -> "proxy_timeout 60s; proxy_responses 1;";
      default -> "";
    };
  }

  @Override
  public List<String> versionCommand() {
    return List.of(program.toString(), "-v");
  }

  @Override
  public List<String> command(Place place) throws IOException {
    Path config = place.folder().resolve("nginx.conf");
    String text =
        CONFIG.formatted(
            streamModule,
            place.folder(),
            place.listen(),
            place.server(0),
            place.server(1),
            place.workers(),
            listening(place),
            session(place.workload()));
    Files.writeString(config, text);
    // Else it would try to open the log of the system's nginx first.
    String log = place.folder().resolve("nginx.err").toString();
    return List.of(program.toString(), "-c", config.toString(), "-e", log);
  }
}
