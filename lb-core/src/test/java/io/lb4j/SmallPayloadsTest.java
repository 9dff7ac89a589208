package io.lb4j;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many flows of one loop that have something small to say at the same time. */
@Timeout(60)
class SmallPayloadsTest {
  private static final int CLIENTS = 40; // more than have a place in one turn
  private static final int ROUNDS = 200;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final long seed = System.nanoTime();

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void everyFlowGetsItsOwnEcho(TransportKind transport) throws Exception {
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    VirtualServer edge =
        leaks.start(Edges.edge(Edges.pool(member.spec())).loops(1).transport(transport));
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(leaks.client(edge));
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.get(i).send(text(round, i));
      }
      for (int i = 0; i < CLIENTS; i++) {
        assertThat(read(clients.get(i), text(round, i).length()))
            .as("round %d, seed %d", round, seed)
            .isEqualTo(text(round, i));
      }
    }
  }

  /** Of no fixed length, and different for every flow. */
  private static String text(int round, int client) {
    return "flow " + client + " says " + "x".repeat((round * 7 + client * 13) % 1000);
  }

  private static String read(TestClient client, int length) {
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(new String(client.take(length - text.length()).orElseThrow(), US_ASCII));
    }
    return text.toString();
  }
}
