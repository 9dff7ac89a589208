package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompareTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... args) {
    CommandLine line = Compare.commandLine();
    return line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(args);
  }

  @ParameterizedTest
  @CsvSource({
    "--workloads=swim, swim",
    "--peers=envoy, 'haproxy, haproxy-splice, nginx, none'",
    "--rounds=0, 1 to 100",
    "--rounds=101, 1 to 100",
    "--workers=0, 1 to 16",
    "--rate=-1, 0 to 1000000",
    "--rate=5, only with --workloads of udp",
    "--seconds=0, more than 0",
    "--seconds=-1, more than 0",
    "--seconds=61, at most 60",
    "--warmup=soon, such as 3 or 0.5",
    "--warmup=0.0001, such as 3 or 0.5",
    "--java=/nowhere/java, is not a program",
    "--help-me, Unknown option"
  })
  void refusesWhatItCannotDo(String option, String complaint) {
    assertThat(execute(option)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains(complaint);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void helps() {
    assertThat(execute("--help")).isZero();
    assertThat(out.toString())
        .contains("--workloads", "--peers", "--rounds", "--seconds", "--warmup", "--java")
        .contains("--svg", "--json", "--rate", "--workers");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void comparesWithWhatIsInstalled(@TempDir Path folder) {
    Path svg = folder.resolve("chart.svg");
    Path json = folder.resolve("figures.json");

    int status =
        execute(
            "--workloads=short",
            "--peers=haproxy,nginx",
            "--rounds=2",
            "--seconds=0.2",
            "--warmup=0.1",
            "--svg=" + svg,
            "--json=" + json);

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    assertThat(out.toString()).contains("short, median of 2 rounds", "| lb4j ");
    assertThat(svg).content().contains("class=\"lb4j\"");
    assertThat(json).content().contains("\"short\": {", "\"lb4j\": [");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void comparesDatagramsAtARate() {
    int status =
        execute(
            "--workloads=udp-short",
            "--peers=nginx",
            "--transport=auto,nio",
            "--rounds=1",
            "--seconds=0.2",
            "--warmup=0.1",
            "--rate=1000");

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    assertThat(out.toString())
        .containsPattern("lb4j-nio: Java .*, nio transport")
        .contains("udp-short, one round", "| lb4j ", "| lb4j-nio ");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void measuresMemoryOfLb4jAlone() {
    int status = execute("--workloads=IDLE", "--peers=none", "--seconds=0.2", "--warmup=0.1");

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    assertThat(out.toString()).contains("idle, one round", "no peer", "| lb4j ");
  }
}
