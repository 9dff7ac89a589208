package io.lb4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class DemoTest {

  @Test
  void demoShowsTheDecksSessionAndExits0() {
    Run run = Run.of("demo");

    assertThat(run.out())
        .containsSubsequence(
            "init client-side socket: ('127.0.0.1', ",
            "=====flow start=====",
            "client connected: ('127.0.0.1', ",
            "init server-side socket: ('127.0.0.1', ",
            "server connected: ('127.0.0.1', ",
            "recving packets: ",
            "data: ['GET / HTTP/1.0\\r\\n\\r\\n']",
            "sending packets: ",
            "resp from server1\\r\\n']",
            "has disconnected",
            "=====flow end=====",
            "client got: resp from server1",
            "client got: resp from server2",
            "client got: how are you?",
            "Flow id  Client",
            "server1 is killed",
            "down: connect refused",
            "All of it was seen.");
    assertThat(run.out()).doesNotContain("NOT SEEN");
    assertThat(run.status()).isEqualTo(0);
  }

  @Test
  void missingObservationIsToldAtTheEnd() {
    StringWriter out = new StringWriter();
    Checklist seen = new Checklist(new PrintWriter(out));

    seen.check("the sun", true);
    seen.check("the moon", false);

    assertThat(seen.report()).isFalse();
    assertThat(out.toString()).contains("seen: the sun", "NOT SEEN: the moon");
    assertThat(out.toString()).endsWith("  the moon" + System.lineSeparator());
  }
}
