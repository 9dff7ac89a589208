package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.ChildJvm;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.PortShortage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A system that has few ports to connect from: a network namespace of its own. */
@Timeout(60)
class PortShortageTest {
  private static final String FEW_PORTS =
      "ip link set lo up && echo 40000 40015 > /proc/sys/net/ipv4/ip_local_port_range";

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  /** Fault 40. */
  @Test
  void clientsAreRefusedWhilePortsAreShortAndServedAfterwards(@TempDir Path directory)
      throws Exception {
    assumeTrue(
        ChildJvm.succeeds(List.of("unshare", "-rn", "bash", "-c", FEW_PORTS)),
        "no network namespace of one's own on this machine");
    ChildJvm child =
        leaks.own(
            ChildJvm.start(
                directory,
                List.of("unshare", "-rn", "bash", "-c", FEW_PORTS + ChildJvm.GO),
                PortShortage.class,
                "40"));

    child.await("over");

    assertThat(child.lines())
        .contains("served 16", "refused 24", "outcomes [FAILED]", "afterwards hello");
    assertThat(child.endedWell()).isTrue();
  }
}
