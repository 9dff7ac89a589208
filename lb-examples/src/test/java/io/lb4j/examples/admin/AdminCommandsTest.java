package io.lb4j.examples.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.AccessPolicy;
import io.lb4j.AdminState;
import io.lb4j.FlowKey;
import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.VirtualServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminCommandsTest {
  private final Pool pool =
      Pool.builder("web").member("10.0.0.1", 80).member("2001:db8::1", 8080, 12).build();
  private final VirtualServer server =
      VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).loops(1).start();
  private final AdminCommands commands = new AdminCommands(server);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void membersAreATable() {
    pool.member("10.0.0.1", 80).drain();

    assertThat(commands.answer("members").lines().map(AdminCommandsTest::withoutAge))
        .containsExactly(
            "member              weight  effective  admin     health   since    active  total"
                + "  failures  last probe",
            "10.0.0.1:80              1          1  draining  unknown  N s ago       0      0"
                + "         0  -",
            "[2001:db8::1]:8080      12         12  enabled   unknown  N s ago       0      0"
                + "         0  -");
  }

  private static String withoutAge(String line) {
    return line.replaceAll("\\d s ago", "N s ago");
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0 s ago",
    "119, 119 s ago",
    "120, 2 min ago",
    "7199, 119 min ago",
    "7200, 2 h ago",
    "172799, 47 h ago",
    "172800, 2 d ago"
  })
  void agesAreInTheLargestUnitOfWhichThereAreTwo(long seconds, String words) {
    assertThat(MemberTable.ago(Duration.ofSeconds(seconds))).isEqualTo(words);
  }

  @Test
  void flowsAreATable() {
    assertThat(commands.answer("flows")).isEqualTo(server.flows().toString());
  }

  @Test
  void reasonsOfEndsAreATable() throws IOException {
    try (Socket client = new Socket()) {
      pool.members().forEach(PoolMember::disable);
      client.connect(server.address());
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
    while (server.flows().size() > 0) { // it leaves the table a moment after its client is reset
      Thread.onSpinWait();
    }

    assertThat(commands.answer("closed").lines())
        .containsExactly(
            "flows              count",
            "opened                 1",
            "open                   0",
            "closed: no member      1");
  }

  @Test
  void accessIsATable() {
    server.access(AccessPolicy.open().deny("10.0.0.0/8").dryRun(true));

    assertThat(commands.answer("access").lines())
        .containsExactly(
            "access               deny 1 networks, dry run",
            "denied by lists                             0",
            "too many open flows                         0",
            "too many new flows                          0",
            "not admitted                                0",
            "let in by a dry run                         0",
            "flows without limit                         0",
            "clients counted                             0");
  }

  @Test
  void aMemberIsDrainedDisabledEnabledAndReweighted() {
    assertThat(commands.answer("drain 10.0.0.1:80")).isEqualTo("ok");
    assertThat(pool.member("10.0.0.1", 80).adminState()).isEqualTo(AdminState.DRAINING);
    assertThat(commands.answer("  disable   10.0.0.1:80 ")).isEqualTo("ok");
    assertThat(pool.member("10.0.0.1", 80).adminState()).isEqualTo(AdminState.DISABLED);
    assertThat(commands.answer("enable 10.0.0.1:80")).isEqualTo("ok");
    assertThat(pool.member("10.0.0.1", 80).adminState()).isEqualTo(AdminState.ENABLED);
    assertThat(commands.answer("weight [2001:db8::1]:8080 7")).isEqualTo("ok");
    assertThat(pool.member("2001:db8::1", 8080).weight()).isEqualTo(7);
  }

  @Test
  void rebalancingIsSaidWithHowMuchThereIsToDo() {
    assertThat(commands.answer("rebalance 10")).isEqualTo("ok, flows too many: 0");
    assertThat(commands.answer("rebalance 0")).isEqualTo("ok, flows too many: 0");
  }

  @Test
  void recordsAreATableAndAClientIsForgotten() {
    server.persistence().put(FlowKey.of("alice"), pool.member("10.0.0.1", 80));

    assertThat(commands.answer("persistence").lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("1 records, 0 hits, 0 misses, 1 made"),
            line -> assertThat(line).startsWith("key    member"),
            line -> assertThat(line).matches("alice  10\\.0\\.0\\.1:80 +1\\d\\d"));
    assertThat(commands.answer("forget alice")).isEqualTo("ok");
    assertThat(server.persistence().size()).isZero();
  }

  @Test
  void whatAClientWouldGetIsExplained() {
    pool.member("10.0.0.1", 80).drain();

    for (String client : List.of("192.0.2.1", "192.0.2.1:4711", "2001:db8::7", "[2001:db8::7]:1")) {
      assertThat(commands.answer("explain " + client))
          .contains("[2001:db8::1]:8080", "10.0.0.1:80", "draining");
    }
  }

  @Test
  void helpHasALineForEachCommand() {
    assertThat(commands.answer("help").lines())
        .anyMatch(line -> line.startsWith("weight MEMBER N "))
        .anyMatch(line -> line.startsWith("members "))
        .anyMatch(line -> line.startsWith("drain MEMBER "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stop                  | error: command: stop (expected: one of members, flows, close,"
            + " closed, access, datagrams,",
        "drain                 | error: command: drain (expected: drain MEMBER)",
        "members all           | error: command: members all (expected: members)",
        "weight 10.0.0.1:80    | error: command: weight 10.0.0.1:80 (expected: weight MEMBER N)",
        "drain 10.0.0.9:80     | error: member: 10.0.0.9:80 (expected: one that the command",
        "drain somewhere       | error: address: somewhere (expected: host:port, [IPv6]:port or",
        "weight 10.0.0.1:80 0  | error: weight: 0 (expected: 1..256)",
        "close                 | error: command: close (expected: close ID)",
        "close 7               | error: id: 7 (expected: one that the command flows lists)",
        "close -1              | error: id: -1 (expected: one that the command flows lists)",
        "close first           | error: id: first (expected: one that the command flows lists)",
        "close 99999999999999999999 | error: id: 99999999999999999999 (expected: one that the",
        "explain somebody      | error: client: somebody (expected: IP or IP:PORT)",
        "explain 1.2.3.4.5     | error: host: 1.2.3.4.5 (expected: a name or an IP literal)",
        "forget alice          | error: key: alice (expected: one that the command persistence",
        "rebalance fast        | error: rate: fast (expected: 0..1000000, 0 to stop)",
        "rebalance -1          | error: flowsPerSecond: -1 (expected: 0..1000000)",
        "weight 10.0.0.1:80 x  | error: weight: x (expected: 1..256)",
      })
  void aWrongLineIsAnsweredWithWhatIsExpectedAndChangesNothing(String line, String answer) {
    String before = withoutAge(commands.answer("members"));

    assertThat(commands.answer(line)).startsWith(answer);
    assertThat(withoutAge(commands.answer("members"))).isEqualTo(before);
  }
}
