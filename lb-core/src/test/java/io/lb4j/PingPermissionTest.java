package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.net.NativeTransport;
import io.lb4j.testing.ChildJvm;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.PingMain;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pinging with and without the permissions for it: in a network namespace of its own. */
@Timeout(60)
class PingPermissionTest {
  private static final String LOOPBACK = "ip link set lo up";
  private static final String SOCKETS = " && echo 0 0 > /proc/sys/net/ipv4/ping_group_range";
  private static final String NO_SOCKETS = ""; // that is how a new namespace is
  private static final String NO_PROGRAM = " && PATH=/nowhere";

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private ChildJvm child(Path directory, String preparation, String... addresses) throws Exception {
    assumeTrue(
        ChildJvm.succeeds(List.of("unshare", "-rn", "sh", "-c", LOOPBACK + SOCKETS)),
        "no network namespace of one's own on this machine");
    List<String> launcher =
        List.of("unshare", "-rn", "sh", "-c", LOOPBACK + preparation + ChildJvm.GO);
    return leaks.own(ChildJvm.start(directory, launcher, PingMain.class, addresses));
  }

  @Test
  void socketsOfOursPingWithoutProgramAndThreads(@TempDir Path directory) throws Exception {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
    ChildJvm child = child(directory, SOCKETS + NO_PROGRAM, "127.0.0.1", "::1", "192.0.2.1");

    assertThat(child.await("threads ")).isEqualTo("false");
    assertThat(child.lines())
        .contains("/127.0.0.1:80 UP", "/[0:0:0:0:0:0:0:1]:80 UP", "/192.0.2.1:80 DOWN");
  }

  @Test
  void withoutSocketsTheProgramPings(@TempDir Path directory) throws Exception {
    assumeTrue(ChildJvm.hasCommand("ping"), "no ping program on this machine");
    ChildJvm child = child(directory, NO_SOCKETS, "127.0.0.1", "192.0.2.1");

    assertThat(child.await("threads ")).isEqualTo("true");
    assertThat(child.lines()).contains("/127.0.0.1:80 UP", "/192.0.2.1:80 DOWN");
  }

  @Test
  void withoutEitherTheErrorNamesWhatIsMissing(@TempDir Path directory) throws Exception {
    ChildJvm child = child(directory, NO_SOCKETS + NO_PROGRAM, "127.0.0.1");

    String denied = child.await("denied no way to ping: ICMP sockets");
    assertThat(denied).contains("the ping program: cannot run ping", "CAP_NET_RAW");
    if (NativeTransport.find().transport().isPresent()) {
      assertThat(denied).contains("net.ipv4.ping_group_range");
    }
  }
}
