package io.lb4j.internal.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many descriptors this process may have open at a time. */
public final class OpenFileLimit {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern SOFT_AND_HARD = Pattern.compile("Max open files +(\\d+) +\\S+ .*");

  private OpenFileLimit() {}

  /** The limit that holds now; empty if there is none or the system is not Linux. */
  public static OptionalLong ofThisProcess() {
    try {
      return read(Files.readAllLines(LIMITS));
    } catch (IOException notLinux) {
      return OptionalLong.empty();
    }
  }

  /** Finds it in what {@code /proc/self/limits} says (proc(5)). */
  static OptionalLong read(List<String> limits) {
    for (String line : limits) {
      Matcher found = SOFT_AND_HARD.matcher(line);
      if (found.matches()) {
        return OptionalLong.of(Long.parseLong(found.group(1)));
      }
    }
    return OptionalLong.empty();
  }
}
