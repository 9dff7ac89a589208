package io.lb4j.examples.cli;

import io.lb4j.HealthMonitor;
import io.lb4j.UdpPolicy;
import io.lb4j.VirtualServer;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** Options of {@code serve} for datagrams. */
final class UdpOptions {
  private static final List<String> OF_UDP = List.of("--requests", "--replies", "--per-datagram");

  /** Options, some of them with what such a value has before a colon or slash. */
  private static final List<String> OF_TCP =
      List.of(
          "--connect-timeout",
          "--keep-alive",
          "--upload-limit",
          "--download-limit",
          "--trusted-proxy",
          "--send-proxy v1",
          "--persistence cookie",
          "--listen unix",
          "--server unix");

  @Option(
      names = "--udp",
      description =
          "Balance datagrams: a flow is what a client's port exchanges with a server, until it is"
              + " idle, by default for 60 s.")
  private boolean udp;

  @Option(
      names = "--requests",
      paramLabel = "N",
      description =
          "With --udp: so many datagrams of a client make a flow, its next one begins another. A"
              + " flow stays open for replies: until it has those of --replies, without that until"
              + " it is idle.")
  private Optional<Integer> requests;

  @Option(
      names = "--replies",
      paramLabel = "N",
      description =
          "With --udp: end a flow when each datagram of its client, and with --requests all of"
              + " those, has so many replies; 1 suits DNS. 0, with --requests: wait for none.")
  private Optional<Integer> replies;

  @Option(
      names = "--per-datagram",
      description = "With --udp: choose a server for each datagram, not for each client.")
  private boolean perDatagram;

  /** Refuses what is of the other protocol, and what does not go together. */
  void check(ParseResult given) {
    for (String option : udp ? OF_TCP : OF_UDP) {
      if (isGiven(given, option.split(" ", -1))) {
        throw new IllegalArgumentException(
            option + (udp ? ": only for TCP; leave it or --udp out" : ": only with --udp"));
      }
    }
    refuse(
        replies.filter(count -> count == 0).isPresent() && requests.isEmpty(),
        "--replies 0 needs --requests, which says when a flow is over");
    refuse(
        perDatagram && isGiven(given, "--persistence", "source"),
        "--persistence source clashes with --per-datagram: leave one out");
  }

  private static void refuse(boolean clash, String message) {
    if (clash) {
      throw new IllegalArgumentException(message);
    }
  }

  private static boolean isGiven(ParseResult given, String... option) {
    String beginning = option.length > 1 ? option[1] : "";
    return given.hasMatchedOption(option[0])
        && given.matchedOption(option[0]).originalStringValues().stream()
            .map(value -> value.split("[:/]", 2)[0])
            .anyMatch(first -> beginning.isEmpty() || beginning.equals(first));
  }

  /** The default: nothing that goes for all UDP tells whether a server is fit. */
  HealthMonitor monitor() {
    return udp ? HealthMonitor.none() : HealthMonitor.tcp();
  }

  boolean isUdp() {
    return udp;
  }

  void applyTo(VirtualServer.Builder builder) {
    if (udp) {
      UdpPolicy policy = perDatagram ? UdpPolicy.defaults().perDatagram() : UdpPolicy.defaults();
      policy = OptionErrors.with("--requests", requests, policy, UdpPolicy::endAfterRequests);
      policy = OptionErrors.with("--replies", replies, policy, UdpPolicy::endAfterReplies);
      builder.udp(policy);
    }
  }
}
