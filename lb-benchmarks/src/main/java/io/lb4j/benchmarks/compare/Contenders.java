package io.lb4j.benchmarks.compare;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts together who takes part, and says who does not and why. */
final class Contenders {
  /** All peers that there can be. */
  static final List<String> PEERS = List.of(Haproxy.PLAIN, Haproxy.SPLICE, Nginx.NAME);

  private final Programs programs;
  private final Optional<Path> streamModule;
  private final PrintWriter out;

  Contenders(Programs programs, Optional<Path> streamModule, PrintWriter out) {
    this.programs = programs;
    this.streamModule = streamModule;
    this.out = out;
  }

  /** The wanted peers that are installed, and those of lb4j as the last. */
  List<Contender> find(Set<String> wanted, List<Lb4j> lb4j) {
    List<Contender> found = new ArrayList<>();
    addHaproxy(wanted, found);
    if (wanted.contains(Nginx.NAME)) {
      addNginx(found);
    }
    found.addAll(lb4j);
    return found;
  }

  private void addHaproxy(Set<String> wanted, List<Contender> found) {
    boolean plain = wanted.contains(Haproxy.PLAIN);
    boolean splice = wanted.contains(Haproxy.SPLICE);
    Optional<Path> program = programs.find("haproxy");
    if ((plain || splice) && program.isEmpty()) {
      out.println("haproxy is not installed: going on without");
    }
    if (plain) {
      program.ifPresent(it -> found.add(new Haproxy(it, false)));
    }
    if (splice) {
      program.ifPresent(it -> found.add(new Haproxy(it, true)));
    }
  }

  private void addNginx(List<Contender> found) {
    Optional<Path> program = programs.find("nginx");
    if (program.isEmpty()) {
      out.println("nginx is not installed: going on without");
    } else if (streamModule.isEmpty()) {
      out.println("nginx has no stream module: going on without");
    } else {
      found.add(new Nginx(program.get(), streamModule.get()));
    }
  }
}
