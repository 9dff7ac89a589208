package io.lb4j.examples.cli;

import io.lb4j.DatagramCounters;
import io.lb4j.Health;
import io.lb4j.HealthMonitor;
import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.UdpPolicy;
import io.lb4j.VirtualServer;
import io.lb4j.examples.dns.DnsClient;
import io.lb4j.examples.dns.NameServer;
import io.lb4j.examples.peers.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

/** Two name servers behind one address, of which one is killed and comes back. */
final class DnsDemo {
  /** Starts one of the servers. */
  @FunctionalInterface
  interface Starter {
    NameServer start(int port, String address) throws IOException;
  }

  private static final String ADDRESS1 = "10.0.0.1";
  private static final String ADDRESS2 = "10.0.0.2";
  private static final int IN_TURN = 20;
  private static final int AFTER = 60;
  private static final int MOST_LOST = 10; // two checks of the monitor, or five failures
  private static final int PAUSE_MILLIS = 20;

  private final PrintWriter out;
  private final Checklist seen;
  private final Starter starter;
  private int sent;
  private int lost;

  DnsDemo(PrintWriter out, Checklist seen, Starter starter) {
    this.out = out;
    this.seen = seen;
    this.starter = starter;
  }

  void play() throws IOException, InterruptedException {
    try (NameServer server1 = starter.start(NameServer.freePort(), ADDRESS1);
        NameServer server2 = starter.start(NameServer.freePort(), ADDRESS2);
        VirtualServer edge = edge(pool(server1.port(), server2.port()))) {
      out.println("virtual server " + Addresses.of(edge.address()) + ", UDP");
      out.println("  -> server1 port " + server1.port() + ", which answers " + ADDRESS1);
      out.println("  -> server2 port " + server2.port() + ", which answers " + ADDRESS2);
      PoolMember member1 = edge.pool().member("127.0.0.1", server1.port());
      PoolMember member2 = edge.pool().member("127.0.0.1", server2.port());
      seen.check("both found up", await(member1, Health.UP) && await(member2, Health.UP));
      title("Queries take turns");
      inTurn(edge);
      failure(edge, server1, member1);
      title("server1 is started again");
      try (NameServer again = starter.start(server1.port(), ADDRESS1)) {
        boolean up = await(member1, Health.UP);
        seen.check("server1 found up again at port " + again.port(), up);
        inTurn(edge);
      }
      summary(edge);
    }
  }

  private static Pool pool(int port1, int port2) {
    return Pool.builder("dns")
        .member("127.0.0.1", port1)
        .member("127.0.0.1", port2)
        .monitor(HealthMonitor.dns(NameServer.NAME).interval(Duration.ofMillis(250)).fall(2))
        .build();
  }

  private static VirtualServer edge(Pool pool) {
    return VirtualServer.builder("dns")
        .udp(UdpPolicy.defaults().endAfterReplies(1))
        .listen("127.0.0.1", 0)
        .pool(pool)
        .start();
  }

  private static boolean await(PoolMember member, Health health) throws InterruptedException {
    return Await.until(() -> member.health() == health);
  }

  private void inTurn(VirtualServer edge) throws IOException, InterruptedException {
    String answers = ask(edge, IN_TURN);
    seen.check("answers of both", answers.contains("1") && answers.contains("2"));
  }

  private void failure(VirtualServer edge, NameServer server1, PoolMember member1)
      throws IOException, InterruptedException {
    server1.close();
    title("server1 is killed, and queries go on");
    int lostBefore = lost;
    String answers = ask(edge, AFTER);
    int lostNow = lost - lostBefore;
    seen.check("queries answered all the while, lost: " + lostNow, lostNow <= MOST_LOST);
    seen.check("the last ones by server2", answers.endsWith("2".repeat(AFTER / 2)));
    seen.check("server1 found down", await(member1, Health.DOWN));
  }

  /** Asks so often and prints who answered; a dash is a query that was lost. */
  private String ask(VirtualServer edge, int times) throws IOException, InterruptedException {
    StringBuilder answers = new StringBuilder();
    for (int i = 0; i < times; i++) {
      Optional<String> answer = DnsClient.ask(edge.address());
      answers.append(answer.map(DnsDemo::server).orElse("-"));
      sent++;
      lost += answer.isEmpty() ? 1 : 0;
      Thread.sleep(PAUSE_MILLIS);
    }
    out.println("answered by server: " + answers);
    return answers.toString();
  }

  private static String server(String address) {
    return switch (address) {
      case ADDRESS1 -> "1";
      case ADDRESS2 -> "2";
      default -> "?";
    };
  }

  private void summary(VirtualServer edge) throws InterruptedException {
    title("After the last query");
    out.println(sent + " queries, " + (sent - lost) + " answered, " + lost + " lost");
    DatagramCounters datagrams = edge.datagrams();
    out.println(
        ("datagrams: " + datagrams.fromClients() + " from clients, ")
            + (datagrams.fromMembers() + " from servers, " + datagrams.dropped() + " dropped"));
    boolean ended = Await.until(() -> edge.flows().size() <= lost);
    seen.check("no session left of a query that was answered", ended);
  }

  private void title(String text) {
    out.println("\n--- " + text);
  }
}
