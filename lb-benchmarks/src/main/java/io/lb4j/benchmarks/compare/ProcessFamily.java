package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a process and all its descendants have taken of the machine, by {@code /proc}. They are
 * expected to live: nginx has its worker for as long as it runs.
 */
record ProcessFamily(ProcessHandle parent) {
  private static final double TICKS_PER_SECOND = 100; // USER_HZ of every Linux that has a JDK
  private static final int UTIME = 11; // counted after the name
  private static final int STIME = 12;

  /** Processor time so far, in user and system mode, of all threads. */
  double cpuSeconds() throws IOException {
    long ticks = 0;
    for (long pid : pids()) {
      ticks += cpuTicks(read(pid, "stat"));
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** Memory that is resident, without the kernel's. */
  long residentBytes() throws IOException {
    long bytes = 0;
    for (long pid : pids()) {
      bytes += residentBytes(read(pid, "status"));
    }
    return bytes;
  }

  private long[] pids() {
    return LongStream.concat(
            LongStream.of(parent.pid()), parent.descendants().mapToLong(ProcessHandle::pid))
        .toArray();
  }

  private static String read(long pid, String file) throws IOException {
    return Files.readString(Path.of("/proc", Long.toString(pid), file));
  }

  /** The name of the process stands in parentheses, and may have any of its own. */
  static long cpuTicks(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
  }

  static long residentBytes(String status) {
    return Stream.of(status.split("\n", -1))
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .sum();
  }
}
