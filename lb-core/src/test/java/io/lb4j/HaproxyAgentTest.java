package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real HAProxy listens to {@link AgentResponder}. */
@Timeout(30)
class HaproxyAgentTest {
  private static final List<Path> PLACES =
      List.of(Path.of("/usr/sbin/haproxy"), Path.of("/usr/local/sbin/haproxy"));

  @TempDir Path directory;

  @Test
  void haproxyFollowsWeightDrainAndReady() throws Exception {
    Optional<Path> haproxy = PLACES.stream().filter(Files::isExecutable).findFirst();
    assumeTrue(haproxy.isPresent(), "haproxy is not installed");
    AtomicInteger percent = new AtomicInteger(75);
    try (AgentResponder agent =
        AgentResponder.builder().listen("127.0.0.1", 0).report(percent::get).start()) {
      Process process = start(haproxy.get(), ((InetSocketAddress) agent.address()).getPort());
      try {
        Eventually.equal("weight", "150", () -> field("weight"));
        assertThat(field("status")).isEqualTo("no check");

        percent.set(30);
        Eventually.equal("weight", "60", () -> field("weight"));

        agent.drain();
        Eventually.equal("status", "DRAIN (agent)", () -> field("status"));

        agent.ready();
        Eventually.equal("status", "no check", () -> field("status"));

        agent.maint();
        Eventually.equal("status", "MAINT", () -> field("status"));
        agent.ready();
        Eventually.equal("status", "no check", () -> field("status"));

        agent.down("disk full");
        Eventually.equal("status", "DOWN (agent)", () -> field("status"));
        assertThat(field("last_agt")).contains("disk full");
        agent.up();
        Eventually.equal("status", "no check", () -> field("status"));
      } finally {
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    }
  }

  private Process start(Path haproxy, int agentPort) throws IOException {
    Path configuration =
        Files.writeString(
            directory.resolve("haproxy.cfg"),
            """
            global
              stats socket %s mode 600
            defaults
              mode tcp
              timeout connect 1s
              timeout client 1s
              timeout server 1s
            backend b
              server s 127.0.0.1:9 weight 200 agent-check agent-port %d agent-inter 50ms
            """
                .formatted(directory.resolve("stats"), agentPort));
    return new ProcessBuilder(haproxy.toString(), "-db", "-f", configuration.toString())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("log").toFile())
        .start();
  }

  /** A column of the server's line in {@code show stat}; empty as long as there is none. */
  private String field(String name) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(directory.resolve("stats")));
      channel.write(ByteBuffer.wrap("show stat\n".getBytes(StandardCharsets.US_ASCII)));
      byte[] answer = Channels.newInputStream(channel).readAllBytes();
      List<String> lines = new String(answer, StandardCharsets.UTF_8).lines().toList();
      List<String> names = List.of(lines.get(0).substring(2).split(",", -1));
      return lines.stream()
          .filter(line -> line.startsWith("b,s,"))
          .map(line -> line.split(",", -1)[names.indexOf(name)])
          .findFirst()
          .orElse("");
    } catch (IOException notYet) {
      if (!Files.exists(directory.resolve("haproxy.cfg"))) {
        throw new UncheckedIOException(notYet);
      }
      return "";
    }
  }
}
