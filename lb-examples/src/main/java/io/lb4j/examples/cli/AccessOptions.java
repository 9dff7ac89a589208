package io.lb4j.examples.cli;

import io.lb4j.AccessPolicy;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of {@code serve} that say who is let in. */
final class AccessOptions {
  @Option(
      names = "--allow",
      paramLabel = "CIDR",
      description =
          "Let clients of this network in and reset all others; may be given several times."
              + " Default: all.")
  private List<String> allow = List.of();

  @Option(
      names = "--deny",
      paramLabel = "CIDR",
      description =
          "Reset clients of this network, also if they are allowed; may be given several times.")
  private List<String> deny = List.of();

  @Option(
      names = "--client-flows",
      paramLabel = "N",
      description =
          "How many flows an IPv4 address or an IPv6 /64 may have open; those beyond are reset."
              + " Default: any.")
  private Optional<Integer> clientFlows;

  @Option(
      names = "--client-rate",
      paramLabel = "N",
      description = "How many new flows it may have each second. Default: any.")
  private Optional<Integer> clientRate;

  @Option(
      names = "--access-dry-run",
      description = "Refuse nobody for these, only count: the admin line access tells.")
  private boolean dryRun;

  AccessPolicy policy() {
    AccessPolicy policy = AccessPolicy.open().dryRun(dryRun);
    policy = OptionErrors.with("--allow", Optional.of(allow), policy, AccessPolicy::allow);
    policy = OptionErrors.with("--deny", Optional.of(deny), policy, AccessPolicy::deny);
    policy =
        OptionErrors.with("--client-flows", clientFlows, policy, AccessPolicy::maxFlowsPerClient);
    return OptionErrors.with(
        "--client-rate", clientRate, policy, AccessPolicy::flowsPerSecondPerClient);
  }
}
