package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SandboxTest {
  @Test
  void nothingOutlivesIt() throws Exception {
    Sandbox sandbox = Sandbox.open();
    // The child that ignores SIGTERM has one of its own.
    List<String> stubborn = List.of("sh", "-c", "trap '' TERM; echo up; sleep 60 & wait; wait");
    Process process = sandbox.startPiped("stubborn", stubborn);
    assertThat(process.inputReader().readLine()).isEqualTo("up");
    Files.writeString(sandbox.folder().resolve("file"), "any");

    sandbox.close();

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(sandbox.folder()).doesNotExist();
    assertThatThrownBy(() -> sandbox.startLogged("late", List.of("true")))
        .isInstanceOf(IOException.class)
        .hasMessage("the run is ending");
  }

  @Test
  void keepsWhatAProcessComplainsOf() throws Exception {
    try (Sandbox sandbox = Sandbox.open()) {
      sandbox.startLogged("log", List.of("sh", "-c", "echo no such thing >&2")).waitFor();

      assertThat(sandbox.readLog("log")).isEqualTo("no such thing\n");
    }
  }

  @Test
  void tellsWhyAProxyDidNotStart() throws Exception {
    try (Sandbox sandbox = Sandbox.open()) {
      Process process = sandbox.startLogged("x", List.of("sh", "-c", "echo bad config; exit 1"));
      process.waitFor();
      int port = new FreePorts(new Random()).next();

      assertThatThrownBy(
              () -> new RunningProxy("x", Workload.ECHO, port, process).awaitReady(sandbox))
          .isInstanceOf(IOException.class)
          .hasMessage("x did not start: bad config");
    }
  }
}
