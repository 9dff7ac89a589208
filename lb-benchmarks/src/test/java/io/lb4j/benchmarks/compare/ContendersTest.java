package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.TransportKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContendersTest {
  private static final Optional<Path> MODULE = Optional.of(Path.of("/modules/stream.so"));
  private static final Set<String> ALL = Set.copyOf(Contenders.PEERS);

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();

  private List<Contender> find(Set<String> wanted, Optional<Path> module) {
    return new Contenders(new Programs(List.of(folder)), module, new PrintWriter(out))
        .find(wanted, List.of(new Lb4j(Path.of("java"), TransportKind.AUTO)));
  }

  private void install(String program) throws IOException {
    assertThat(Files.createFile(folder.resolve(program)).toFile().setExecutable(true)).isTrue();
  }

  @Test
  void goesOnWithoutWhatIsMissing() {
    assertThat(find(ALL, MODULE)).extracting(Contender::name).containsExactly("lb4j");
    assertThat(out.toString())
        .hasLineCount(2)
        .contains("haproxy is not installed: going on without")
        .contains("nginx is not installed: going on without");
  }

  @Test
  void takesWhatIsInstalled() throws IOException {
    install("haproxy");
    install("nginx");

    assertThat(find(ALL, MODULE))
        .extracting(Contender::name)
        .containsExactly("haproxy", "haproxy-splice", "nginx", "lb4j");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void needsTheStreamModuleOfNginx() throws IOException {
    install("nginx");

    assertThat(find(Set.of("nginx"), Optional.empty())).hasSize(1);
    assertThat(out.toString()).contains("nginx has no stream module").hasLineCount(1);
  }

  @Test
  void asksForNothingThatIsNotWanted() {
    assertThat(find(Set.of("none"), MODULE)).hasSize(1);
    assertThat(out.toString()).isEmpty();
  }

  private Contender.Place place(Workload workload, int workers) {
    return new Contender.Place(workload, workers, 21_000, List.of(1234, 1235), folder);
  }

  private String nginxConfig(Workload workload, int workers) throws IOException {
    new Nginx(Path.of("nginx"), MODULE.get()).command(place(workload, workers));
    return Files.readString(folder.resolve("nginx.conf"));
  }

  @Test
  void nginxEndsASessionWithTheReplyWhereClientsComeFromNewPorts() throws IOException {
    assertThat(nginxConfig(Workload.UDP_ECHO, 1))
        .contains("worker_processes 1;", "listen 127.0.0.1:21000 udp;", "proxy_timeout 60s;")
        .doesNotContain("proxy_responses", "backlog");
    assertThat(nginxConfig(Workload.UDP_SHORT, 1)).contains("proxy_responses 1;");
  }

  @Test
  void eachWorkerOfNginxHasASocketForItsDatagrams() throws IOException {
    assertThat(nginxConfig(Workload.UDP_ECHO, 2))
        .contains("worker_processes 2;", "listen 127.0.0.1:21000 udp reuseport;");
  }

  @Test
  void lb4jCarriesEverything() {
    Lb4j lb4j = new Lb4j(Path.of("java"), TransportKind.AUTO);

    assertThat(Workload.values()).allMatch(lb4j::carries);
    assertThat(lb4j.command(place(Workload.UDP_SHORT, 2)))
        .containsSubsequence("AUTO", "2", "UDP_SHORT", "127.0.0.1:21000");
  }

  @Test
  void haproxyCarriesNoDatagrams() {
    assertThat(Workload.values())
        .filteredOn(workload -> !new Haproxy(Path.of("haproxy"), false).carries(workload))
        .containsExactly(Workload.UDP_ECHO, Workload.UDP_SHORT, Workload.UDP_BURST);
  }

  @Test
  void lb4jTakesPartWithEachTransport() {
    List<Lb4j> both =
        List.of(
            new Lb4j(Path.of("java"), TransportKind.AUTO),
            new Lb4j(Path.of("java"), TransportKind.NIO));

    assertThat(
            new Contenders(new Programs(List.of()), MODULE, new PrintWriter(out))
                .find(Set.of(), both))
        .extracting(Contender::name)
        .containsExactly("lb4j", "lb4j-nio")
        .allMatch(Lb4j::isName);
  }

  @Test
  void writesWhatEachNeeds() throws IOException {
    Contender.Place place = place(Workload.ECHO, 1);

    assertThat(new Haproxy(Path.of("haproxy"), true).command(place)).contains("-db");
    assertThat(folder.resolve("haproxy-splice.cfg"))
        .content()
        .contains("bind 127.0.0.1:21000", "server b 127.0.0.1:1235", "tune.pipesize 1048576");
    assertThat(new Haproxy(Path.of("haproxy"), false).command(place)).contains("-db");
    assertThat(folder.resolve("haproxy.cfg")).content().doesNotContain("splice", "pipesize");
    assertThat(new Nginx(Path.of("nginx"), MODULE.get()).command(place)).contains("-c");
    assertThat(folder.resolve("nginx.conf"))
        .content()
        .contains("load_module /modules/stream.so;", "listen 127.0.0.1:21000 backlog=4096;")
        .contains("server 127.0.0.1:1234; server 127.0.0.1:1235;");
    assertThat(new Lb4j(Path.of("java"), TransportKind.AUTO).command(place))
        .endsWith("127.0.0.1:21000", "127.0.0.1:1234", "127.0.0.1:1235");
  }
}
