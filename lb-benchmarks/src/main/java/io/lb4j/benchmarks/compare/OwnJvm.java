package io.lb4j.benchmarks.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs a main class of this jar in another JVM. */
final class OwnJvm {
  private OwnJvm() {}

  /** The JVM that this runs on. */
  static Path running() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  static List<String> command(Path java, Class<?> mainClass, String... args) {
    String classPath = System.getProperty("java.class.path");
    // Known to Java 17 too, and on a later one what an executable jar would say in its manifest.
    String nativeAccess = "--enable-native-access=ALL-UNNAMED";
    return Stream.concat(
            Stream.of(java.toString(), nativeAccess, "-cp", classPath, mainClass.getName()),
            Stream.of(args))
        .toList();
  }
}
