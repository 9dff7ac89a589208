package io.lb4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The descriptors of this process. None where the system does not tell. */
public final class Descriptors {
  private static final Path FOLDER = Path.of("/proc/self/fd");

  private Descriptors() {}

  /** What each number stands for: {@code socket:[4711]}, {@code anon_inode:[eventpoll]}, a path. */
  public static Map<Integer, String> open() {
    Map<Integer, String> found = new TreeMap<>();
    if (!Files.isDirectory(FOLDER)) {
      return found;
    }
    try (Stream<Path> entries = Files.list(FOLDER)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        found.put(Integer.valueOf(entry.getFileName().toString()), targetOf(entry));
      }
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
    found.values().removeIf(String::isEmpty);
    return found;
  }

  /** How many have this in what they stand for. */
  public static long count(String part) {
    return open().values().stream().filter(target -> target.contains(part)).count();
  }

  private static String targetOf(Path entry) {
    try {
      return Files.readSymbolicLink(entry).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }
}
