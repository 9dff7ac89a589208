package io.lb4j.examples.cli;

import static io.lb4j.examples.cli.RunningCommand.serve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.examples.peers.Await;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeTest {

  @Test
  void weightsDecideHowOftenServersAreChosen() throws Exception {
    try (LittleServer one = LittleServer.shortHttp("one");
        LittleServer two = LittleServer.shortHttp("two");
        RunningCommand serve = serve("--server", at(one) + "*2", "--server", at(two))) {
      List<String> replies = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        replies.add(LittleClient.get(serve.address()));
      }

      assertThat(replies).filteredOn("one"::equals).hasSize(4);
      assertThat(replies).filteredOn("two"::equals).hasSize(2);
    }
  }

  @Test
  void persistenceSendsClientBackToItsServer() throws Exception {
    try (LittleServer one = LittleServer.shortHttp("one");
        LittleServer two = LittleServer.shortHttp("two");
        RunningCommand serve =
            serve("--server", at(one), "--server", at(two), "--persistence", "source/24/64:60")) {
      String first = LittleClient.get(serve.address());

      assertThat(LittleClient.get(serve.address())).isEqualTo(first);
      assertThat(LittleClient.get(serve.address())).isEqualTo(first);
    }
  }

  @Test
  void proxyHeaderPassesFromOneToTheNext() throws Exception {
    try (LittleServer echo = LittleServer.echo();
        RunningCommand inner =
            serve("--server", at(echo), "--monitor", "none", "--trusted-proxy", "127.0.0.0/8");
        RunningCommand outer =
            serve(
                "--server",
                "127.0.0.1:" + inner.address().getPort(),
                "--monitor",
                "tcp",
                "--send-proxy",
                "v2");
        LittleClient client = new LittleClient(outer.address())) {
      assertThat(client.say("hello")).isEqualTo("hello");
    }
  }

  @Test
  void nothingIsSaidOfFlowsUnlessTraced() throws Exception {
    try (LittleServer echo = LittleServer.echo();
        RunningCommand serve = serve("--server", at(echo), "--monitor", "none")) {
      try (LittleClient client = new LittleClient(serve.address())) {
        client.say("hello");
      }
      assertThat(serve.end()).isEqualTo(0);

      assertThat(serve.lines())
          .satisfiesExactly(
              line -> assertThat(line).startsWith("listening on 127.0.0.1:"),
              line -> assertThat(line).startsWith("draining, open flows: "),
              line -> assertThat(line).isEqualTo("drained"));
    }
  }

  @Test
  void traceTellsEachFlowInTheDecksLines() throws Exception {
    try (LittleServer echo = LittleServer.echo();
        RunningCommand serve = serve("--server", at(echo), "--trace")) {
      String client;
      try (LittleClient talking = new LittleClient(serve.address())) {
        talking.say("hello");
        client = DeckText.address(talking.address());
      }
      Await.until(() -> serve.lines().contains("=====flow end====="));

      String edge = DeckText.address(serve.address());
      assertThat(serve.lines())
          .containsSubsequence(
              "init client-side socket: " + edge,
              "=====flow start=====",
              "client connected: " + client + " <=> " + edge,
              "recving packets: " + client + " ==> " + edge + " , data: ['hello\\r\\n']",
              "sending packets: " + edge + " ==> " + client + " , data: ['hello\\r\\n']",
              "client " + client + " has disconnected",
              "=====flow end=====");
    }
  }

  @Test
  void traceTellsWhyClientWasRefused() throws Exception {
    LittleServer dead = LittleServer.echo();
    dead.close();
    try (RunningCommand serve = serve("--server", at(dead), "--monitor none --trace")) {
      assertThatThrownBy(() -> LittleClient.get(serve.address())).isInstanceOf(IOException.class);
      Await.until(() -> serve.lines().contains("=====flow end====="));

      assertThat(serve.lines())
          .anyMatch(line -> line.startsWith("server not connected: 127.0.0.1"));
      assertThat(serve.lines()).anyMatch(line -> line.endsWith("disconnected: CONNECT_FAILED"));
    }
  }

  @Test
  void everyOptionAtOnce(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("edge.sock");
    try (LittleServer echo = LittleServer.echo();
        RunningCommand serve =
            serve(
                "--server " + at(echo) + " --strategy least-connections --persistence source",
                "--idle-timeout 30 --connect-timeout 2.5 --max-flows 10 --loops 1",
                "--virtual-client 127.0.0.1 --protocol echo --keep-alive --grace 0.5",
                "--monitor tcp --monitor tcp:"
                    + echo.port()
                    + " --monitor-interval 0.1 --monitor-timeout 0.1 --rise 1 --fall 2",
                "--fast-interval 0.2 --down-interval 0.5 --initially up",
                "--servers-of localhost:9*2 --resolve-interval 5 --max-flows-per-server 100",
                "--priority 1 --panic 10 --on-down drain:5 --on-removed keep --on-disabled reset",
                "--queue 100:2.5 --slow-start 10 --eject 5",
                "--max-lifetime 600 --max-connection-rate 1000",
                "--upload-limit 1000000 --download-limit 1000000",
                "--allow 127.0.0.0/8 --allow ::1 --deny 127.0.0.9 --client-flows 5 --client-rate"
                    + " 50",
                "--trace --listen unix:" + socket)) {
      assertThat(serve.lines()).anyMatch(line -> line.contains(", unix:" + socket + " ("));

      try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        client.connect(UnixDomainSocketAddress.of(socket));
        client.write(ByteBuffer.wrap(new byte[] {'h', 'i'}));
        ByteBuffer echoed = ByteBuffer.allocate(2);
        while (echoed.hasRemaining() && client.read(echoed) >= 0) {}
        assertThat(echoed.array()).containsExactly('h', 'i');
      }
    }
  }

  @Test
  void deniedClientsAreResetUnlessItIsADryRun() throws Exception {
    try (LittleServer echo = LittleServer.shortHttp("one");
        RunningCommand serve = serve("--server", at(echo), "--deny 127.0.0.0/8");
        RunningCommand dry = serve("--server", at(echo), "--allow ::1 --access-dry-run")) {
      assertThatThrownBy(() -> LittleClient.get(serve.address())).isInstanceOf(IOException.class);
      serve.ask("access", "denied by lists");
      assertThat(serve.lines()).anyMatch(line -> line.matches("denied by lists +1"));

      assertThat(LittleClient.get(dry.address())).isEqualTo("one");
      dry.ask("access", "let in by a dry run");
      assertThat(dry.lines()).anyMatch(line -> line.matches("let in by a dry run +1"));
    }
  }

  @Test
  void eventsOfThePoolArePrinted() throws Exception {
    LittleServer dead = LittleServer.echo();
    dead.close();
    try (LittleServer echo = LittleServer.echo();
        RunningCommand serve =
            serve("--server", at(echo), "--server", at(dead), "--monitor-interval 0.1")) {
      String down = "member down " + at(dead) + ", cause: connect refused";
      Await.until(() -> serve.lines().contains(down));

      assertThat(serve.lines()).contains("member up " + at(echo), down);
    }
  }

  @Test
  void serversOfLowerPriorityAreForWhenTheOthersAreMissing() throws Exception {
    LittleServer main = LittleServer.shortHttp("main");
    try (LittleServer spare = LittleServer.shortHttp("spare");
        LittleServer last = LittleServer.shortHttp("last");
        RunningCommand serve =
            serve(
                "--server " + at(last) + "*3@backup --server " + at(spare) + "@5",
                "--server " + at(main) + "*2@10 --monitor-interval 0.1")) {
      assertThat(LittleClient.get(serve.address())).isEqualTo("main");
      assertThat(LittleClient.get(serve.address())).isEqualTo("main");

      main.close();
      Await.until(() -> serve.lines().stream().anyMatch(line -> line.startsWith("member down")));

      assertThat(LittleClient.get(serve.address())).isEqualTo("spare");
    }
  }

  @Test
  void aProgramJudgesServers() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/false")), "no /bin/false");
    try (LittleServer echo = LittleServer.echo();
        RunningCommand serve =
            serve("--server", at(echo), "--monitor", "exec:/bin/false --monitor-interval 0.1")) {
      assertThat(Await.until(() -> serve.lines().stream().anyMatch(this::saysDown))).isTrue();
    }
  }

  private boolean saysDown(String line) {
    return line.startsWith("member down 127.0.0.1:");
  }

  @Test
  void adminLinesAreAnsweredAndCount() throws Exception {
    try (LittleServer one = LittleServer.shortHttp("one");
        LittleServer two = LittleServer.shortHttp("two");
        RunningCommand serve = serve("--server", at(one), "--server", at(two))) {
      serve.ask("drain " + at(one), "ok");

      assertThat(LittleClient.get(serve.address())).isEqualTo("two");
      assertThat(LittleClient.get(serve.address())).isEqualTo("two");
      serve.ask("drian " + at(one), "error: command: drian (expected: one of members,");
      serve.ask("members", "member ");
      assertThat(serve.lines())
          .anyMatch(line -> line.matches(at(one) + " +1 +1 +draining +\\w+ +\\d .*"));
    }
  }

  @Test
  void warmsUpBeforeItListensAndThenServes() throws Exception {
    try (LittleServer echo = LittleServer.echo();
        RunningCommand serve = serve("--server", at(echo), "--warm-up", "0.2");
        LittleClient client = new LittleClient(serve.address())) {
      assertThat(client.say("hello")).isEqualTo("hello");
    }
  }

  private static String at(LittleServer server) {
    return "127.0.0.1:" + server.port();
  }
}
