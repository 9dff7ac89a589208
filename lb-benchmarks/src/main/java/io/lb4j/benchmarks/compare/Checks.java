package io.lb4j.benchmarks.compare;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * Keeps a run bounded, and refuses what cannot run before it begins.
 *
 * @param line for the complaints
 */
record Checks(CommandLine line) {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int MOST_ROUNDS = 100;
  private static final int MOST_WORKERS = 16;
  private static final int MOST_A_SECOND = 1_000_000;
  private static final String NO_PEERS = "none";

  void rounds(int rounds) {
    require(rounds >= 1 && rounds <= MOST_ROUNDS, "--rounds: " + rounds + " (1 to 100)");
  }

  void peers(List<String> peers) {
    for (String peer : peers) {
      require(
          peer.equals(NO_PEERS) || Contenders.PEERS.contains(peer),
          "--peers: " + peer + " (" + String.join(", ", Contenders.PEERS) + ", none)");
    }
  }

  void workers(int workers) {
    require(workers >= 1 && workers <= MOST_WORKERS, "--workers: " + workers + " (1 to 16)");
  }

  void rate(int rate, List<Workload> workloads) {
    require(rate >= 0 && rate <= MOST_A_SECOND, "--rate: " + rate + " (0 to 1000000)");
    require(
        rate == 0 || workloads.stream().allMatch(Workload::isUdp),
        "--rate: " + rate + " (only with --workloads of udp)");
  }

  void java(Path java) {
    require(Files.isExecutable(java), "--java: " + java + " is not a program");
  }

  private void require(boolean holds, String complaint) {
    if (!holds) {
      throw new ParameterException(line, complaint);
    }
  }

  /** Reads a time such as 3 or 0.5. */
  static Duration seconds(String text) {
    Duration read;
    try {
      read = Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValueExact());
    } catch (NumberFormatException | ArithmeticException notSeconds) {
      throw new TypeConversionException(text + " (seconds, such as 3 or 0.5)");
    }
    if (read.isNegative() || read.isZero() || read.compareTo(LONGEST) > 0) {
      throw new TypeConversionException(text + " (more than 0, at most 60 seconds)");
    }
    return read;
  }
}
