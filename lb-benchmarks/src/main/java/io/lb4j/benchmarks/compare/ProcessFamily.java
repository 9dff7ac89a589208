package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What a process and all its descendants have taken of the machine, by {@code /proc}. They are
 * expected to live: nginx has its worker for as long as it runs.
 */
record ProcessFamily(ProcessHandle parent) {
  private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ of every Linux that has a JDK
  private static final int UTIME = 11; // counted after the name
  private static final int STIME = 12;

  /** Processor time so far, in user and system mode, of all threads. */
  CpuTimes cpuTimes() throws IOException {
    Map<Long, Long> nanos = new HashMap<>();
    for (long pid : pids()) {
      try (DirectoryStream<Path> threads =
          Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
        for (Path thread : threads) {
          nanosOf(thread)
              .ifPresent(spent -> nanos.put(Long.valueOf(thread.getFileName().toString()), spent));
        }
      }
    }
    return new CpuTimes(nanos);
  }

  /** Empty if the thread has just ended. */
  private static OptionalLong nanosOf(Path thread) {
    try {
      Path precise = thread.resolve("schedstat"); // which not every kernel has
      return OptionalLong.of(
          Files.exists(precise)
              ? runNanos(Files.readString(precise))
              : cpuTicks(Files.readString(thread.resolve("stat"))) * NANOS_PER_TICK);
    } catch (IOException ended) {
      return OptionalLong.empty();
    }
  }

  /** The first of three numbers: time on a processor, time in wait for one, and how often. */
  static long runNanos(String schedstat) {
    return Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
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
