package io.lb4j.examples.cli;

import io.lb4j.Pool;
import io.lb4j.ProxyProtocol;
import io.lb4j.TrustedProxies;
import io.lb4j.VirtualServer;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options of {@code serve} about the PROXY protocol, before and behind it. */
final class ProxyOptions {
  @Option(
      names = "--trusted-proxy",
      paramLabel = "NETWORK",
      description =
          "A network of proxies whose connections begin with a PROXY header; any other connection"
              + " is reset. May be given several times.")
  private List<String> networks = List.of();

  @Option(
      names = "--send-proxy",
      paramLabel = "VERSION",
      description = "Tell servers the client in a PROXY header: v1 or v2. Default: not.")
  private Optional<ProxyProtocol> protocol;

  void applyTo(Pool.Builder pool) {
    protocol.ifPresent(pool::proxyProtocol);
  }

  void applyTo(VirtualServer.Builder builder) {
    if (!networks.isEmpty()) {
      OptionErrors.give(
          "--trusted-proxy", networks.toArray(String[]::new), all -> trust(all, builder));
    }
  }

  private static void trust(String[] networks, VirtualServer.Builder builder) {
    builder.trustedProxies(TrustedProxies.in(networks));
  }
}
