package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that are known by what they say first. */
@Timeout(60)
class PersistenceByBytesTest {
  private static final KeySource NAME =
      KeySource.inspected("name", PersistenceByBytesTest::firstLine);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private static Inspection firstLine(ByteBuffer bytes) {
    String text = StandardCharsets.ISO_8859_1.decode(bytes).toString();
    int end = text.indexOf('\n');
    return end < 0 ? Inspection.needMore() : Inspection.key(text.substring(0, end));
  }

  private ScriptedMember member(String greeting) throws IOException {
    return leaks.member(new Behaviour.HalfCloseAfter(Data.of(greeting)));
  }

  private String visit(VirtualServer edge, String name) throws IOException {
    TestClient client = leaks.client(edge);
    client.send(name + "\n");
    client.end();
    client.readToEnd();
    return client.text();
  }

  @ParameterizedTest
  @EnumSource(names = {"NIO", "AUTO"})
  void clientsBehindOneAddressAreToldApartByWhatTheySay(TransportKind transport) throws Exception {
    VirtualServer edge =
        leaks.start(
            Edges.edge(member("first"), member("second"))
                .transport(transport)
                .persistence(PersistencePolicy.by(NAME)));
    assertThat(visit(edge, "alice")).isEqualTo("first");
    assertThat(visit(edge, "bob")).isEqualTo("second");
    assertThat(visit(edge, "bob")).isEqualTo("second");
    assertThat(visit(edge, "alice")).isEqualTo("first");

    assertThat(edge.persistence())
        .extracting(known -> known.key().toString())
        .containsExactlyInAnyOrder("alice", "bob");
    assertThat(edge.persistence().remove(FlowKey.of("bob"))).isTrue();
    assertThat(visit(edge, "bob")).as("when forgotten, the next in turn").isEqualTo("first");
  }
}
