package io.lb4j.testing;

import io.lb4j.CloseReason;
import io.lb4j.ConnectAttempt;
import io.lb4j.Flow;
import io.lb4j.SocketOptions;
import io.lb4j.VirtualServer;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Uses up the ports of a pinned virtual client and frees them again. To be run where the system
 * gives out but a few ports; the clients come from one address each, so that they are not short.
 */
public final class PortShortage {
  private PortShortage() {}

  /** How many clients come. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int clients = Integer.parseInt(arguments[0]);
    FlowLog log = new FlowLog();
    try (ScriptedMember echo = ScriptedMember.with(new Behaviour.Echo());
        VirtualServer edge =
            Edges.edge(echo)
                .virtualClient("127.0.0.2")
                .memberSockets(SocketOptions.defaults().bindAddressNoPort(false))
                .listener(log)
                .start()) {
      List<TestClient> served = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        TestClient client = client(i, edge.address());
        if (client.trySend("hello") && receives(client)) {
          served.add(client);
        }
      }
      out.println("served " + served.size());
      out.println("refused " + edge.flows().closed(CloseReason.CONNECT_FAILED));
      out.println(
          "outcomes " + log.closed().stream().map(PortShortage::outcome).distinct().toList());
      for (TestClient client : served) {
        client.reset();
      }
      log.awaitCloses(clients);
      out.println("afterwards " + client(clients, edge.address()).ask("hello"));
    }
    out.println("over");
  }

  private static TestClient client(int number, SocketAddress address) throws IOException {
    return TestClient.from(Loopback.port(10 + number, 0), address);
  }

  private static boolean receives(TestClient client) {
    client.readUntil(5);
    return client.received() == 5;
  }

  private static ConnectAttempt.Outcome outcome(Flow flow) {
    return flow.attempts().get(0).outcome();
  }
}
