package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.ChildBalancer;
import io.lb4j.testing.ChildJvm;
import io.lb4j.testing.ChildWatch;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A process that is stopped and goes on later, which needs one of its own. */
@Timeout(60)
class ProcessPauseTest {
  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  /** Fault 20. */
  @Test
  void pauseLongerThanTheIdleTimeoutCutsNoFlowThatHasDataWaiting(@TempDir Path directory)
      throws Exception {
    assumeTrue(ChildJvm.hasCommand("kill"), "no kill to stop a process with");
    ScriptedMember echo = leaks.member(new Behaviour.Echo());
    String port = Integer.toString(((InetSocketAddress) echo.address()).getPort());
    ChildJvm child =
        leaks.own(ChildJvm.start(directory, List.of(), ChildBalancer.class, port, "2000", "100"));
    InetSocketAddress address = Loopback.port(1, Integer.parseInt(child.await("listening ")));
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(leaks.own(TestClient.to(address)));
      assertThat(clients.get(i).ask("hello")).isEqualTo("hello");
    }

    child.signal("STOP");
    for (int i = 0; i < clients.size(); i++) {
      if (i % 2 == 0) {
        clients.get(i).send("late");
      } else {
        echo.accepted().get(i).send("late");
      }
    }
    Await.holds("nothing arrives", Duration.ofSeconds(4), () -> clients.get(0).received() == 5);
    child.signal("CONT");

    for (TestClient client : clients) {
      client.readUntil(9);
      assertThat(client.text()).as("%s", child.lines()).isEqualTo("hellolate");
    }
    assertThat(child.find("flow ")).as("flows that ended: %s", child.lines()).isFalse();
  }

  @Test
  void pauseLongerThanItTakesToGoDownBringsNobodyDown(@TempDir Path directory) throws Exception {
    assumeTrue(ChildJvm.hasCommand("kill"), "no kill to stop a process with");
    List<ScriptedMember> members = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      members.add(leaks.member(new Behaviour.Echo()));
    }
    String[] ports =
        members.stream()
            .map(member -> ((InetSocketAddress) member.address()).getPort())
            .map(port -> Integer.toString(port))
            .toArray(String[]::new);
    ChildJvm child = leaks.own(ChildJvm.start(directory, List.of(), ChildWatch.class, ports));
    InetSocketAddress address = Loopback.port(1, Integer.parseInt(child.await("listening ")));
    Await.until("all to be up", () -> count(child, "event MemberUp") == members.size());
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 2 * members.size(); i++) {
      clients.add(leaks.own(TestClient.to(address)));
      assertThat(clients.get(i).ask("hello")).isEqualTo("hello");
    }

    child.signal("STOP");
    Await.holds("it is stopped", Duration.ofSeconds(2), () -> true);
    child.signal("CONT");

    for (TestClient client : clients) {
      assertThat(client.ask("still")).as("%s", child.lines()).isEqualTo("still");
    }
    int before = members.get(0).accepted().size();
    members.get(0).await(before + 3); // as many probes later
    child.say("how many");
    assertThat(Integer.parseInt(child.await("set aside 1: "))).isPositive();
    assertThat(count(child, "event MemberDown")).as("%s", child.lines()).isZero();

    members.get(0).stopListening();
    child.await("event MemberDown"); // it had not gone blind
  }

  private static long count(ChildJvm child, String prefix) {
    return child.lines().stream().filter(line -> line.startsWith(prefix)).count();
  }
}
