package io.lb4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lb4j.examples.peers.Await;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class TerminationTest {

  @Test
  void terminatedServeTakesNoNewClientAndLetsOpenFlowsEnd() throws Exception {
    try (LittleServer echo = LittleServer.echo();
        ServeProcess serve = new ServeProcess("--server", "127.0.0.1:" + echo.port())) {
      try (LittleClient client = new LittleClient(serve.address())) {
        client.say("hello");
        serve.terminate();
        assertThat(serve.awaitLine("draining, open flows: ")).isEqualTo("1");

        assertThat(client.say("still here?")).isEqualTo("still here?");
        assertThat(refusesClients(serve)).isTrue();
      }
      serve.awaitLine("drained");
      assertThat(serve.awaitEnd()).isEqualTo(0);
    }
  }

  @Test
  void theEndOfStandardInputEndsNothing() throws Exception {
    try (LittleServer echo = LittleServer.echo();
        ServeProcess serve = new ServeProcess("--server", "127.0.0.1:" + echo.port())) {
      serve.sayLast("help");
      serve.awaitLine("drain MEMBER");

      try (LittleClient client = new LittleClient(serve.address())) {
        assertThat(client.say("still here?")).isEqualTo("still here?");
      }
      serve.terminate();
      serve.awaitLine("drained");
      assertThat(serve.awaitEnd()).isEqualTo(0);
    }
  }

  private static boolean refusesClients(ServeProcess serve) throws Exception {
    return Await.until(
        () -> {
          try {
            new LittleClient(serve.address()).close();
            return false;
          } catch (ConnectException refused) {
            return true;
          } catch (IOException failure) {
            return false;
          }
        });
  }

  @Test
  void flowsThatOutliveTheGraceAreCutOff() throws Exception {
    try (LittleServer echo = LittleServer.echo();
        ServeProcess serve =
            new ServeProcess("--server", "127.0.0.1:" + echo.port(), "--grace", "0");
        LittleClient client = new LittleClient(serve.address())) {
      client.say("hello");
      serve.terminate();

      assertThat(serve.awaitLine("grace is over, flows cut off: ")).isEqualTo("1");
      assertThatThrownBy(() -> client.say("hello")).isInstanceOf(IOException.class);
      assertThat(serve.awaitEnd()).isEqualTo(0);
    }
  }
}
