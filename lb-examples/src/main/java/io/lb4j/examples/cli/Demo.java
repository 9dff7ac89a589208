package io.lb4j.examples.cli;

import io.lb4j.Flow;
import io.lb4j.FlowTable;
import io.lb4j.PoolEvent;
import io.lb4j.PoolMember;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.Await;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The scenes of the deck's session, in their order. */
final class Demo {
  private static final String FROM_SERVER1 = "resp from server1";
  private static final String FROM_SERVER2 = "resp from server2";

  private final PrintWriter out;
  private final Checklist seen;

  Demo(PrintWriter out, Checklist seen) {
    this.out = out;
    this.seen = seen;
  }

  void play() throws IOException, InterruptedException {
    try (LittleServer server1 = LittleServer.shortHttp(FROM_SERVER1);
        LittleServer server2 = LittleServer.shortHttp(FROM_SERVER2);
        LittleServer echo1 = LittleServer.echo();
        LittleServer echo2 = LittleServer.echo();
        DemoEdge web = new DemoEdge("web", "http", out, server1, server2);
        DemoEdge talk = new DemoEdge("talk", "echo", out, echo1, echo2)) {
      introduce(web, server1, server2);
      introduce(talk, echo1, echo2);
      seen.check("all servers found up", web.awaitUp() && talk.awaitUp());
      shortConnections(web);
      title("A long connection stays where it is: telnet ...");
      try (LittleClient one = new LittleClient(talk.address())) {
        longConnection(one);
        title("A second one, and the flow table while both are open");
        try (LittleClient other = new LittleClient(talk.address())) {
          flowTable(talk, one, other);
        }
        talk.awaitEndOfFlow();
        failure(web, server1);
        title("The long connection went on all the while");
        seen.check("echo after the failure", echoes(one, "still there?"));
      }
      ending(web.server(), talk.server());
    }
  }

  private void introduce(DemoEdge edge, LittleServer one, LittleServer other) {
    VirtualServer server = edge.server();
    out.println(
        ("virtual server " + server.name() + " " + DeckText.address(server.address()))
            + (" -> server1 port " + one.port() + ", server2 port " + other.port()));
  }

  private void shortConnections(DemoEdge web) throws IOException, InterruptedException {
    title("Short connections take turns: echo -n \"GET / HTTP/1.0\\r\\n\\r\\n\" | nc ...");
    List<String> replies = ask(web, 4);
    boolean alternating = Set.copyOf(replies).equals(Set.of(FROM_SERVER1, FROM_SERVER2));
    for (int i = 1; i < replies.size(); i++) {
      alternating &= !replies.get(i).equals(replies.get(i - 1));
    }
    seen.check("replies of server1 and server2 in turn", alternating);
  }

  private List<String> ask(DemoEdge web, int times) throws IOException, InterruptedException {
    List<String> replies = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      String reply = LittleClient.get(web.address());
      web.awaitEndOfFlow(); // so that the trace of one flow is complete before the next begins
      out.println("client got: " + reply);
      replies.add(reply);
    }
    return replies;
  }

  private void longConnection(LittleClient client) throws IOException {
    boolean equal = true;
    for (String line : List.of("hello", "how are you?", "I'm fine, and you?")) {
      equal &= echoes(client, line);
    }
    seen.check("echoes equal to what was said", equal);
  }

  private void flowTable(DemoEdge talk, LittleClient one, LittleClient other) throws IOException {
    seen.check("its echo", echoes(other, "good morning"));
    FlowTable table = talk.server().flows();
    out.print(table);
    Set<SocketAddress> clients = table.stream().map(Flow::client).collect(Collectors.toSet());
    seen.check("both flows in the table", clients.equals(Set.of(one.address(), other.address())));
  }

  private boolean echoes(LittleClient client, String line) throws IOException {
    String answer = client.say(line);
    out.println("client got: " + answer);
    return answer.equals(line);
  }

  private void failure(DemoEdge web, LittleServer server1)
      throws IOException, InterruptedException {
    PoolMember dead = web.server().pool().member("127.0.0.1", server1.port());
    title("server1 is killed");
    server1.close();
    Set<String> replies = new HashSet<>(ask(web, 4));
    seen.check("every client served by server2", replies.equals(Set.of(FROM_SERVER2)));
    Optional<PoolEvent.MemberDown> down = web.awaitDown(dead);
    String cause = down.map(PoolEvent.MemberDown::cause).orElse("no word of it");
    seen.check("the monitor reporting " + dead + " down: " + cause, down.isPresent());

    title("Now nobody is sent to server1 any more");
    long failuresBefore = dead.connectFailures();
    replies = new HashSet<>(ask(web, 2));
    boolean untried = dead.connectFailures() == failuresBefore;
    seen.check("server1 left alone", untried && replies.equals(Set.of(FROM_SERVER2)));
  }

  private void ending(VirtualServer... servers) throws InterruptedException {
    title("After the last client");
    for (VirtualServer server : servers) {
      FlowTable flows = server.flows();
      boolean balanced = Await.until(() -> flows.size() == 0 && flows.opened() == flows.closed());
      String count = flows.opened() + " opened, " + flows.closed() + " closed";
      seen.check("no flow left open in " + server.name() + ": " + count, balanced);
    }
  }

  private void title(String text) {
    out.println("\n--- " + text);
  }
}
