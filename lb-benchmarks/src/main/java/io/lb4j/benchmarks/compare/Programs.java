package io.lb4j.benchmarks.compare;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds installed programs.
 *
 * @param folders where to look, in this order
 */
record Programs(List<Path> folders) {

  /** Those of PATH, and where daemons are, which is mostly not in a user's PATH. */
  static Programs installed() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    Stream<String> daemons = Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin");
    return new Programs(
        Stream.concat(Stream.of(path.split(File.pathSeparator, -1)), daemons)
            .filter(folder -> !folder.isEmpty())
            .map(Path::of)
            .toList());
  }

  Optional<Path> find(String name) {
    return folders.stream()
        .map(folder -> folder.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
