package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members judged by a program, with real programs: scripts of the shell. */
@Timeout(30)
class ExecCheckTest {
  @TempDir Path directory;
  private VirtualServer edge;

  @BeforeEach
  void needsAShell() {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh here");
  }

  @AfterEach
  void close() {
    if (edge != null) {
      edge.close();
    }
    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-"));
  }

  private String script(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("check"), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    return file.toString();
  }

  private PoolMember watched(ExecCheck check, Duration timeout, MemberSpec spec) {
    HealthMonitor monitor =
        HealthMonitor.exec(check).interval(timeout).rise(1).fall(1); // the first probe is at once
    Pool pool = Pool.builder("web").monitor(monitor).member(spec).build();
    edge = VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).loops(1).start();
    return pool.members().get(0);
  }

  private PoolMember watched(ExecCheck check) {
    return watched(check, Duration.ofSeconds(10), MemberSpec.of("10.0.0.1", 80));
  }

  private static String detail(PoolMember member) {
    return member.lastProbe().orElseThrow().result().detail();
  }

  @Test
  void aProgramThatExitsWithZeroPasses() throws IOException {
    TestPools.awaitHealth(watched(ExecCheck.of(script("exit 0"))), Health.UP);
  }

  @Test
  void anyOtherExitStatusFailsWithTheLastLineThatWasPrinted() throws IOException {
    PoolMember member =
        watched(ExecCheck.of(script("echo one; printf 'disk \\033full\\n\\n' >&2; exit 3")));
    TestPools.awaitHealth(member, Health.DOWN);

    assertThat(detail(member)).isEqualTo("exit status 3: disk .full");
  }

  @Test
  void otherExitStatusesMayBeExpected() throws IOException {
    TestPools.awaitHealth(watched(ExecCheck.of(script("exit 7")).expect(1, 7)), Health.UP);
  }

  @Test
  void theProgramIsToldOfTheMember() throws IOException {
    Path told = directory.resolve("told");
    String script =
        script(
            "echo \"$# $1 $2 $3 $LB4J_MEMBER_HOST $LB4J_MEMBER_PORT $LB4J_MEMBER_NAME"
                + " $COLOUR ${HOME-none}\" > \"$TOLD.new\"; mv \"$TOLD.new\" \"$TOLD\"");
    PoolMember member =
        watched(
            ExecCheck.of(script, "a b")
                .environment("COLOUR", "red")
                .environment("TOLD", told.toString()),
            Duration.ofSeconds(10),
            MemberSpec.of("fd00::1", 80));
    TestPools.awaitHealth(member, Health.UP);

    assertThat(told)
        .hasContent("3 a b fd00:0:0:0:0:0:0:1 80 fd00:0:0:0:0:0:0:1 80 web/[fd00::1]:80 red none");
  }

  @Test
  void aMissingProgramIsTheMembersFailureInWords() {
    PoolMember member = watched(ExecCheck.of("/no/such/program"));
    TestPools.awaitHealth(member, Health.DOWN);

    assertThat(detail(member)).isEqualTo("cannot run /no/such/program: No such file or directory");
  }

  @Test
  void aProgramThatMayNotBeRunIsTheMembersFailureInWords() throws IOException {
    Path file = Files.writeString(directory.resolve("plain"), "text");
    PoolMember member = watched(ExecCheck.of(file.toString()));
    TestPools.awaitHealth(member, Health.DOWN);

    assertThat(detail(member)).isEqualTo("cannot run " + file + ": Permission denied");
  }

  @Test
  void aProgramThatIgnoresSigtermIsKilledWithItsDescendantsWhenItsTimeIsOver() throws IOException {
    Path mark = directory.resolve("mark");
    String script =
        script("trap '' TERM; (trap '' TERM; sleep 600; true) & touch " + mark + "; wait; wait");
    PoolMember member =
        watched(ExecCheck.of(script), Duration.ofSeconds(1), MemberSpec.of("10.0.0.1", 80));
    Eventually.holds("the program runs", () -> Files.exists(mark));
    assertThat(childrenOfOurs()).isNotEmpty();
    TestPools.awaitHealth(member, Health.DOWN);

    assertThat(detail(member)).isIn("timed out", "the previous probe is still running");
    edge.close();
    Eventually.equal("processes left", List.of(), ExecCheckTest::childrenOfOurs);
    Eventually.equal("sleepers left", 0L, () -> running("sleep 600"));
  }

  @Test
  void closingThePoolEndsAProgramThatRuns() throws IOException {
    Path mark = directory.resolve("mark");
    String script = script("touch " + mark + "; sleep 601");
    watched(ExecCheck.of(script), Duration.ofSeconds(20), MemberSpec.of("10.0.0.1", 80));
    Eventually.holds("the program runs", () -> Files.exists(mark));

    edge.close();

    Eventually.equal("processes left", List.of(), ExecCheckTest::childrenOfOurs);
    Eventually.equal("sleepers left", 0L, () -> running("sleep 601"));
  }

  @Test
  void outputWithoutEndDoesNotHoldTheProgramUpAndIsForgottenButForItsEnd() throws IOException {
    PoolMember member =
        watched(
            ExecCheck.of(script("yes | head -c 3000000; echo; echo done; exit 1")).maxOutput(64));
    TestPools.awaitHealth(member, Health.DOWN);

    assertThat(detail(member)).isEqualTo("exit status 1: done");
  }

  @Test
  void aProgramIsNotWaitedForByWhatHoldsItsOutputOpen() throws IOException {
    // In a session of its own and with its parent gone the sleeper is nobody's descendant.
    PoolMember member = watched(ExecCheck.of(script("(sleep 3 &) ; echo gone; exit 4")));
    TestPools.awaitHealth(member, Health.DOWN);

    assertThat(detail(member)).isEqualTo("exit status 4: gone");
    assertThat(member.lastProbe().orElseThrow().duration()).isLessThan(Duration.ofSeconds(2));
  }

  private static List<Long> childrenOfOurs() {
    try (Stream<ProcessHandle> descendants = ProcessHandle.current().descendants()) {
      return descendants.map(ProcessHandle::pid).toList();
    }
  }

  private static long running(String command) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::info)
        .map(ProcessHandle.Info::commandLine)
        .flatMap(Optional::stream)
        .filter(line -> line.endsWith(command))
        .count();
  }

  // ---- the specification

  @Test
  void theSpecificationIsImmutableAndTellsItsSettings() {
    ExecCheck plain = ExecCheck.of("/bin/check", "-v");
    ExecCheck changed = plain.environment("A", "b").expect(2, 0).maxOutput(10);

    assertThat(plain.expectedStatuses()).containsExactly(0);
    assertThat(plain.maxOutput()).isEqualTo(4096);
    assertThat(plain.environment()).isEmpty();
    assertThat(changed.command()).containsExactly("/bin/check", "-v");
    assertThat(changed.environment()).isEqualTo(Map.of("A", "b"));
    assertThat(changed.expectedStatuses()).containsExactly(0, 2);
    assertThat(changed.maxOutput()).isEqualTo(10);
    assertThat(HealthMonitor.exec(plain)).asString().startsWith("exec /bin/check -v every 2.0s");
  }

  @Test
  void badSettingsAreRefused() {
    assertRefused("program: \" \" (expected: not blank)", () -> ExecCheck.of(" "));
    assertRefused("argument: a?b (expected: no NUL character)", () -> ExecCheck.of("c", "a\0b"));
    ExecCheck check = ExecCheck.of("check");
    assertRefused("statuses: none (expected: one or more)", check::expect);
    assertRefused("status: 256 (expected: 0..255)", () -> check.expect(0, 256));
    assertRefused("maxOutput: 0 (expected: 1..1048576)", () -> check.maxOutput(0));
    assertRefused(
        "name: A=B (expected: no = in it, not LB4J_MEMBER_...)",
        () -> check.environment("A=B", "c"));
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(() -> HealthMonitor.exec(null))
        .withMessage("program: null (expected: a value)");
  }

  private static void assertRefused(String message, Runnable call) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessage(message);
  }
}
