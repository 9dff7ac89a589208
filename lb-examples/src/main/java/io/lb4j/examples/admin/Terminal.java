package io.lb4j.examples.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The terminal that standard input may be. */
final class Terminal {
  private static final Path STAT = Path.of("/proc/self/stat");
  private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");
  private static final int PROCESS_GROUP = 2; // counted from the state, which follows the name
  private static final int FOREGROUND_GROUP = 5;

  private Terminal() {}

  /**
   * Whether standard input is a terminal at which another job is in front, as after {@code serve
   * &}. Only Linux tells.
   */
  static boolean isAnothers() {
    return isStandardInput() && isInBackground();
  }

  private static boolean isStandardInput() {
    try {
      String input = Files.readSymbolicLink(STANDARD_INPUT).toString();
      return input.startsWith("/dev/pts/") || input.startsWith("/dev/tty");
    } catch (IOException notLinux) {
      return false;
    }
  }

  private static boolean isInBackground() {
    try {
      String stat = Files.readString(STAT);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return !fields[PROCESS_GROUP].equals(fields[FOREGROUND_GROUP]);
    } catch (IOException notLinux) {
      return false;
    }
  }
}
