package io.lb4j.examples.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.Pool;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.Await;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AdminConsoleTest {
  private static String answers(InputStream input, String last) throws InterruptedException {
    StringWriter out = new StringWriter();
    Pool pool = Pool.builder("web").member("10.0.0.1", 80).build();
    try (VirtualServer server =
        VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).loops(1).start()) {
      AdminConsole.start(input, new PrintWriter(out, true), new AdminCommands(server));
      assertThat(Await.until(() -> out.toString().lines().anyMatch(line -> line.startsWith(last))))
          .as(last)
          .isTrue();
      return out.toString();
    }
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void eachLineIsAnsweredAlsoOneWithoutAnEnd() throws Exception {
    String answers = answers(text("drain 10.0.0.1:80\r\n\n  \nenable 10.0.0.1:80\nhelp"), "help");

    assertThat(answers.lines().limit(2)).containsExactly("ok", "ok");
  }

  @Test
  void aLineWithoutAnEndInSightIsCut() throws Exception {
    String answers = answers(text("x".repeat(1_000_000) + "\nhelp"), "help");

    assertThat(answers).startsWith("error: line of more than 1000 characters");
  }

  @Test
  void anInputThatFailsIsToldAndEndsNothingElse() throws Exception {
    InputStream failing = InputStream.nullInputStream();
    failing.close();

    assertThat(answers(failing, "no more")).startsWith("no more admin lines: Stream closed");
  }
}
