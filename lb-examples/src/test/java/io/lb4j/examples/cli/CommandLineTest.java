package io.lb4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.examples.peers.DatagramEcho;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {

  @Test
  void noCommandPrintsUsageAndExits2() {
    Run run = Run.of();

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("Usage: lb-examples").contains("demo", "serve");
  }

  @Test
  void serveWithoutAddressesPrintsUsageAndExits2() {
    Run run = Run.of("serve");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("--listen", "--server", "Usage: lb-examples serve");
  }

  @Test
  void helpExits0AndNamesEveryStrategy() {
    Run run = Run.of("serve", "--help");

    assertThat(run.status()).isEqualTo(0);
    assertThat(run.out())
        .contains("round-robin", "weighted-round-robin", "weighted-random", "least-connections")
        .contains("shortest-expected-delay", "never-queue", "first-available", "choices:N")
        .contains("response-time", "host-utilisation")
        .contains("random-two-choices", "source-hash");
  }

  @Test
  void helpSaysWhatIsDifferentWithUdp() {
    assertThat(Run.of("serve", "--help").out().replaceAll("\\s+", " "))
        .contains("Default: 300, with --udp 60.")
        .contains("with --udp the flow that has been idle for longest ends instead")
        .contains("until it has those of --replies, without that until it is idle.");
  }

  @Test
  void helpNamesEveryMonitor() {
    assertThat(Run.of("serve", "--help").out())
        .contains("tcp:PORT", "http:/PATH", "https:/PATH", "https+insecure:/PATH")
        .contains("script:send=PING\\r\\n;expect=+PONG", "exec:PROGRAM", "agent:PORT", "none")
        .contains("dns:NAME/TYPE", "dns+tcp:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--listen           | 127.0.0.1:70000 | port: 70000 (expected: 0..65535)",
        "--listen           | nowhere         | address: nowhere (expected: host:port,",
        "--server           | 127.0.0.1:0     | port: 0 (expected: 1..65535)",
        "--server           | 127.0.0.1:9*0   | weight: 0 (expected: 1..256)",
        "--server           | 127.0.0.1:9*two | weight: two (expected: 1..256)",
        "--server           | 127.0.0.1:9     | --server: 127.0.0.1:9 (expected: an address that",
        "--strategy         | fastest         | strategy: fastest (expected: one of round-robin,",
        "--strategy         | choices:1       | choices: 1 (expected: 2..32)",
        "--strategy         | choices:few     | choices: few (expected: 2..32)",
        "--server           | 127.0.0.1:9@hi  | priority: hi (expected: 0..65535 or backup)",
        "--server           | 127.0.0.1:9@-1  | priority: -1 (expected: 0..65535)",
        "--server           | 127.0.0.1:9@1*2 | address: 127.0.0.1:9@1 (expected: host:port,",
        "--priority         | 0               | --priority: 0 (expected: 1..10000)",
        "--rise             | 0               | --rise: 0 (expected: 1..",
        "--slow-start       | 0               | --slow-start: 0s (expected: 0.001s..315360000s)",
        "--resolve-interval | 0.5             | --resolve-interval: 0.5s (expected:"
            + " 1s..315360000s)",
        "--requests         | 5               | --requests: only with --udp",
        "--panic            | 101             | --panic: 101 (expected: 0..100)",
        "--on-down          | drop            | action: drop (expected: keep, reset or drain:",
        "--on-removed       | drain:0         | over: 0s (expected: 0.001s..315360000s)",
        "--eject            | often           | eject: often (expected: off or a number)",
        "--eject            | 0               | failures: 0 (expected: 1..",
        "--queue            | 10              | queue: 10 (expected: LENGTH:SECONDS)",
        "--queue            | many:1          | length: many (expected: 1..1000000)",
        "--queue            | 1:0             | timeout: 0s (expected: 0.001s..315360000s)",
        "--max-lifetime     | 0               | --max-lifetime: 0s (expected: 0.001s..315360000s)",
        "--upload-limit     | 0               | --upload-limit: 0 (expected: 1..10000000000)",
        "--deny             | 10.0.0.1/8      | --deny: 10.0.0.1/8 (expected: no bits beyond the",
        "--allow            | everyone        | --allow: everyone (expected: an IP network such",
        "--client-flows     | 0               | --client-flows: 0 (expected: 1..10000000)",
        "--client-rate      | 0               | --client-rate: 0 (expected: 1..1000000)",
        "--monitor          | guess           | monitor: guess (expected: one of ping, tcp, ",
        "--monitor          | ping:7          | monitor: ping:7 (expected: ping)",
        "--monitor          | tcp:http        | port: http (expected: 1..65535)",
        "--monitor          | http:health     | path: \"health\" (expected: a path such as"
            + " /health,",
        "--monitor          | http            | path: \"\" (expected: a path such as /health,",
        "--monitor          | https:/a b      | path: \"/a b\" (expected: a path such as /health,",
        "--monitor          | https+insecure: | path: \"\" (expected: a path such as /health,",
        "--monitor          | script          | script: [] (expected: a step that expects",
        "--monitor          | script:send=a   | (expected: a step that expects something;",
        "--monitor          | script:expect=  | expect: 0 bytes (expected: 1..65536 bytes)",
        "--monitor          | script:reply=x  | step: reply=x (expected: one of send=, expect=,",
        "--monitor          | script:send     | step: send (expected: one of send=, expect=,",
        "--monitor          | script:reverse= | step: reverse= (expected: one of send=,",
        "--monitor          | script:;tls     | step:  (expected: one of send=, expect=,",
        "--monitor          | script:send=\\q | escape: \\q (expected: \\r, \\n, \\t, \\; or",
        "--monitor          | script:expect=\\ | escape: \\ (expected: \\r, \\n, \\t, \\; or",
        "--monitor          | script:send-hex=0 | sendHex: 0 (expected: 1..65536 bytes, two hex",
        "--monitor          | script:port=ssh | port: ssh (expected: 1..65535)",
        "--monitor          | script:expect=x;udp | with udp() a send as first step)",
        "--monitor          | dns             | name: \"\" (expected: a DNS name such as",
        "--monitor          | dns:a..b/A      | name: \"a..b\" (expected: a DNS name such as",
        "--monitor          | dns+tcp:a/WHAT  | type: WHAT (expected: A, NS, CNAME,",
        "--monitor          | agent           | port:  (expected: 1..65535)",
        "--monitor          | agent:x         | port: x (expected: 1..65535)",
        "--monitor          | agent:0         | port: 0 (expected: 1..65535)",
        "--monitor          | none:1          | monitor: none:1 (expected: none)",
        "--monitor          | exec:           | program: \"\" (expected: not blank)",
        "--servers-of       | 127.0.0.1:9     | --servers-of: 127.0.0.1:9 (expected: a name; an"
            + " address",
        "--service          | ldap://a/b      | --service: ldap://a/b (expected: a DNS name such",
        "--monitor-interval | 0               | --monitor-interval: 0s (expected:"
            + " 0.001s..315360000s)",
        "--monitor-timeout  | 3               | --monitor-timeout: 3.0s (expected: at most the",
        "--initially        | dead            | Invalid value for option '--initially'",
        "--persistence      | cookie          | persistence: cookie (expected: none, source[",
        "--persistence      | cookie:a b      | cookie: \"a b\" (expected: letters, digits and",
        "--persistence      | source/33       | ipv4Prefix: 33 (expected: 0..32)",
        "--persistence      | source/24/x     | ipv6Prefix: x (expected: 0..128)",
        "--persistence      | source:long     | seconds: long (expected: a number such as 2 or"
            + " 0.5)",
        "--idle-timeout     | 5m              | seconds: 5m (expected: a number such as 2 or 0.5)",
        "--loops            | 0               | --loops: 0 (expected: 1..256)",
        "--max-flows        | 0               | --max-flows: 0 (expected: 1..10000000)",
        "--virtual-client   | somewhere       | --virtual-client: somewhere (expected: an IP"
            + " literal)",
        "--grace            | -1              | seconds: -1 (expected: 0 or more)",
      })
  @Timeout(20) // if one is good after all, serve runs until it is interrupted
  void badValuePrintsWhatIsExpectedAndUsageAndExits2(String option, String value, String message) {
    assertRefused(message, option, value);
  }

  private static void assertRefused(String message, String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("serve", "--listen", "127.0.0.1:0", "--server", "127.0.0.1:9"));
    arguments.addAll(List.of(options));

    Run run = Run.of(arguments.toArray(String[]::new));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(message, "Usage: lb-examples serve").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--priority 5 | --priority 5 can never be met by 1 servers; ask for fewer or give more",
        "--server 127.0.0.2:9 --priority 2 | --priority 2 has no lower group to bring in; give"
            + " some servers another @PRIORITY or @backup",
        "--monitor-timeout 3 | --monitor-timeout: 3.0s (expected: at most the --monitor-interval,"
            + " 2.0s; raise --monitor-interval or lower --monitor-timeout)",
        "--replies 1 | --replies: only with --udp",
        "--per-datagram | --per-datagram: only with --udp",
        "--udp --keep-alive | --keep-alive: only for TCP; leave it or --udp out",
        "--udp --upload-limit 5 | --upload-limit: only for TCP; leave it or --udp out",
        "--udp --trusted-proxy 10.0.0.0/8 | --trusted-proxy: only for TCP; leave it or --udp out",
        "--udp --send-proxy v1 | --send-proxy v1: only for TCP; leave it or --udp out",
        "--udp --persistence cookie:a | --persistence cookie: only for TCP; leave it or --udp",
        "--udp --listen unix:/tmp/a | --listen unix: only for TCP; leave it or --udp out",
        "--udp --server unix:/tmp/a | --server unix: only for TCP; leave it or --udp out",
        "--udp --server unix-7:53 --replies 0 | --replies 0 needs --requests, which says",
        "--udp --per-datagram --persistence source/24:9 | --persistence source clashes with"
            + " --per-datagram: leave one out",
        "--udp --replies 0 | --replies 0 needs --requests, which says when a flow is over",
        "--udp --requests 0 | --requests: 0 (expected: 1..1000000)",
        "--udp --replies -1 | --replies: -1 (expected: 0..1000000)",
        "--fast-interval 1 --monitor-timeout 2 | at most the --fast-interval, 1.0s; raise",
        "--down-interval 1 --monitor-timeout 2 | at most the --down-interval, 1.0s; raise",
      })
  @Timeout(20)
  void optionsThatDoNotGoTogetherAreNamed(String options, String message) {
    assertRefused(message, options.split(" "));
  }

  @Test
  void whatTheLibrarySaysIsSaidInOptionsAndSeconds() {
    assertThat(OptionErrors.inSeconds("over: PT0S (expected: PT0.001S..PT87600H)"))
        .isEqualTo("over: 0s (expected: 0.001s..315360000s)");
    assertThat(OptionErrors.inSeconds("from PT2M0.5S on")).isEqualTo("from 120.5s on");
    assertThat(OptionErrors.ofClash("pool servers: every member is a backup; leave backup() off"))
        .isEqualTo("every server is a backup; leave @backup off");
  }

  @ParameterizedTest
  @CsvSource({"serve", "echo-server", "short-server"})
  void portInUseIsOneLineAndExits1(String command) throws IOException {
    try (LittleServer occupant = LittleServer.echo()) {
      String address = "127.0.0.1:" + occupant.port();
      List<String> arguments = new ArrayList<>(List.of(command, "--listen", address));
      if (command.equals("serve")) {
        arguments.addAll(List.of("--server", "127.0.0.1:9", "--warm-up", "0"));
      }

      Run run = Run.of(arguments.toArray(String[]::new));

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err().lines()).singleElement().asString().contains("listen on " + address);
    }
  }

  @Test
  void udpPortInUseIsOneLineAndExits1() throws IOException {
    try (DatagramEcho occupant = DatagramEcho.start(LittleServer.anyLoopbackPort())) {
      String address = "127.0.0.1:" + occupant.address().getPort();

      Run run = Run.of("echo-server", "--udp", "--listen", address);

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err().lines()).singleElement().asString().contains("listen on " + address);
    }
  }

  @Test
  void littleServersTakeNoUnixSocket() {
    Run run = Run.of("echo-server", "--listen", "unix:/tmp/echo");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("listen: unix:/tmp/echo (expected: host:port or [IPv6]:port)");
  }
}
