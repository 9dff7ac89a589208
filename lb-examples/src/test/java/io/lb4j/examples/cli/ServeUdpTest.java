package io.lb4j.examples.cli;

import static io.lb4j.examples.cli.RunningCommand.serve;
import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.examples.dns.DnsClient;
import io.lb4j.examples.dns.LittleNameServer;
import io.lb4j.examples.dns.NameServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ServeUdpTest {
  private final int port1 = freePort();
  private final int port2 = freePort();
  private LittleNameServer one;
  private LittleNameServer two;

  private static int freePort() {
    try {
      return NameServer.freePort();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @BeforeEach
  void startServers() throws IOException {
    one = LittleNameServer.start(port1, "10.0.0.1");
    two = LittleNameServer.start(port2, "10.0.0.2");
  }

  @AfterEach
  void stopServers() {
    one.close();
    two.close();
  }

  private RunningCommand serveUdp(String options) throws IOException, InterruptedException {
    String servers = "--server 127.0.0.1:" + port1 + " --server 127.0.0.1:" + port2;
    return serve("--udp", servers, options);
  }

  @Test
  void clientsTakeTurns() throws Exception {
    try (RunningCommand serve = serveUdp("--replies 1")) {
      List<Optional<String>> answers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        answers.add(DnsClient.ask(serve.address()));
      }

      assertThat(answers).filteredOn(Optional.of("10.0.0.1")::equals).hasSize(2);
      assertThat(answers).filteredOn(Optional.of("10.0.0.2")::equals).hasSize(2);
    }
  }

  @Test
  void sessionsStandInTheFlowTable() throws Exception {
    try (RunningCommand serve = serveUdp("--idle-timeout 30 --grace 0.1");
        DatagramSocket client = new DatagramSocket()) {
      assertThat(exchange(client, serve.address())).isEqualTo(exchange(client, serve.address()));

      serve.ask("flows", "Flow id");
      assertThat(serve.lines())
          .anyMatch(line -> line.contains(Integer.toString(client.getLocalPort())));
      serve.ask("datagrams", "");
      assertThat(serve.lines()).anyMatch(line -> line.matches("from clients +2"));
      assertThat(serve.end()).isZero();
    }
  }

  @Test
  @Timeout(20)
  void anOperatorEndsAFlow() throws Exception {
    try (RunningCommand serve = serveUdp("--grace 0.1");
        DatagramSocket client = new DatagramSocket()) {
      int first = exchange(client, serve.address());

      serve.ask("close 1", "ok");
      do { // it ends a moment later
        serve.ask("closed", "flows ");
        serve.ask("close 2", "error: id: 2 (expected: one that the command flows lists)");
      } while (serve.lines().stream().noneMatch(line -> line.matches("open +0")));

      assertThat(exchange(client, serve.address())).as("in a new flow").isNotEqualTo(first);
    }
  }

  @Test
  void optionsThatGoTogetherAreTaken() throws Exception {
    String options = "--per-datagram --persistence none --requests 1 --replies 0";
    try (RunningCommand serve = serveUdp(options)) {
      assertThat(serve.lines()).anyMatch(line -> line.startsWith("listening on"));
    }
  }

  @Test
  void eachDatagramHasItsServer() throws Exception {
    try (RunningCommand serve = serveUdp("--per-datagram --requests 1000");
        DatagramSocket client = new DatagramSocket()) {
      assertThat(exchange(client, serve.address())).isNotEqualTo(exchange(client, serve.address()));
    }
  }

  /** Sends a query from here; the last byte of the answer, by which the servers differ. */
  private static int exchange(DatagramSocket client, SocketAddress server) throws IOException {
    client.setSoTimeout(5000);
    byte[] query = HexFormat.of().parseHex("000101000001000000000000" + "0161000001" + "0001");
    client.send(new DatagramPacket(query, query.length, server));
    DatagramPacket reply = new DatagramPacket(new byte[512], 512);
    client.receive(reply);
    return reply.getData()[reply.getLength() - 1];
  }
}
