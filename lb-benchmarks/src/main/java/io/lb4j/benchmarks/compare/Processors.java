package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which processor is for the proxies and which for the load.
 *
 * @param allowed those that this process may use
 * @param taskset the program that pins others to them
 */
record Processors(List<Integer> allowed, Optional<Path> taskset) {

  static Processors detect(Programs programs) throws IOException {
    String status = Files.readString(Path.of("/proc/self/status"));
    return new Processors(allowed(status), programs.find("taskset"));
  }

  /** Reads {@code Cpus_allowed_list}, such as {@code 0-3,8}. */
  static List<Integer> allowed(String status) {
    String name = "Cpus_allowed_list:";
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .flatMap(line -> Stream.of(line.substring(name.length()).strip().split(",", -1)))
        .flatMapToInt(Processors::range)
        .boxed()
        .toList();
  }

  private static IntStream range(String text) {
    String[] ends = text.split("-", -1);
    return IntStream.rangeClosed(
        Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
  }

  /** What is wrong with them, in a line. */
  Optional<String> warning() {
    if (allowed.size() < 2) {
      return Optional.of(
          "only one processor: proxies and load share it, and the figures mean little");
    }
    return taskset.isPresent()
        ? Optional.empty()
        : Optional.of("taskset is not installed: going on without pinning processes");
  }

  /** What stands before the command of a proxy with so many workers. */
  List<String> forProxy(int workers) {
    return pin(allowed.subList(0, Math.min(workers, allowed.size())));
  }

  /** What stands before the command of the load generator and that of the server. */
  List<String> forLoad() {
    return pin(allowed.subList(Math.min(1, allowed.size()), Math.min(2, allowed.size())));
  }

  private List<String> pin(List<Integer> processors) {
    return warning().isPresent()
        ? List.of()
        : List.of(taskset.orElseThrow().toString(), "-c", list(processors));
  }

  private static String list(List<Integer> processors) {
    return processors.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
