package io.lb4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lb4j.Flow;
import io.lb4j.FlowTable;
import io.lb4j.Inspection;
import io.lb4j.KeySource;
import io.lb4j.PersistencePolicy;
import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Persistence by payload: a user who logs in again comes to the same server, from anywhere. */
public final class StickyUsers {
  private static final String LOGIN = "login ";

  private StickyUsers() {}

  public static void main(String[] args) throws IOException {
    KeySource user = KeySource.inspected("user", StickyUsers::userOf);
    try (LittleServer server1 = LittleServer.echo();
        LittleServer server2 = LittleServer.echo()) {
      Pool games =
          Pool.builder("games")
              .member("127.0.0.1", server1.port())
              .member("127.0.0.1", server2.port())
              .build();
      try (VirtualServer edge =
          VirtualServer.builder("edge")
              .listen("127.0.0.1", 0)
              .pool(games)
              .persistence(PersistencePolicy.by(user))
              .start()) {
        for (String name : new String[] {"ada", "bob", "bob", "ada"}) {
          try (LittleClient client = new LittleClient(edge.address())) {
            client.say(LOGIN + name);
            int server = 1 + games.members().indexOf(memberOf(client, edge.flows()));
            System.out.println(name + ": server" + server);
          }
        }
      }
    }
  }

  private static PoolMember memberOf(LittleClient client, FlowTable flows) {
    return flows.stream()
        .filter(flow -> flow.client().equals(client.address()))
        .findFirst()
        .flatMap(Flow::member)
        .orElseThrow();
  }

  // Called with all that has come so far, until it says something else than "more". The server
  // gets these bytes all the same.
  private static Inspection userOf(ByteBuffer firstBytes) {
    String sent = UTF_8.decode(firstBytes).toString();
    int lineEnd = sent.indexOf("\r\n");
    if (lineEnd < 0) {
      return Inspection.needMore();
    }
    return sent.startsWith(LOGIN)
        ? Inspection.key(sent.substring(LOGIN.length(), lineEnd))
        : Inspection.none();
  }
}
