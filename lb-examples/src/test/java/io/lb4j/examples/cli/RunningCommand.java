package io.lb4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.examples.peers.Await;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command that runs until it is told to end, on a thread of its own. */
final class RunningCommand implements AutoCloseable {
  private static final String LISTENING = "listening on ";
  private static final Pattern PORT = Pattern.compile(":(\\d+)");

  private final PipedOutputStream adminLines = new PipedOutputStream();
  private final StringWriter out = new StringWriter();
  private final AtomicInteger status = new AtomicInteger(-1);
  private final Thread thread;

  /** Starts a command and waits until it listens. */
  RunningCommand(String... arguments) throws IOException, InterruptedException {
    var commandLine = CommandLines.create(new PipedInputStream(adminLines));
    commandLine.setOut(new PrintWriter(out, true));
    thread = new Thread(() -> status.set(commandLine.execute(arguments)), arguments[0]);
    thread.start();
    Await.until(() -> lines().stream().anyMatch(line -> line.startsWith(LISTENING)));
  }

  /** Starts {@code serve} with these words, without a warm-up unless one is asked for. */
  static RunningCommand serve(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("serve", "--listen", "127.0.0.1:0"));
    if (!List.of(arguments).contains("--warm-up")) {
      all.addAll(List.of("--warm-up", "0"));
    }
    for (String argument : arguments) {
      all.addAll(List.of(argument.split(" ", -1)));
    }
    return new RunningCommand(all.toArray(String[]::new));
  }

  List<String> lines() {
    return out.toString().lines().toList();
  }

  /** Says a line on its standard input and waits for a line that begins so. */
  void ask(String line, String beginning) throws IOException, InterruptedException {
    int before = lines().size();
    adminLines.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    adminLines.flush();
    assertThat(
            Await.until(
                () ->
                    lines().stream().skip(before).anyMatch(answer -> answer.startsWith(beginning))))
        .as("answer %s to %s in %s", beginning, line, lines())
        .isTrue();
  }

  /** The first address that it listens on. */
  InetSocketAddress address() {
    String line = lines().stream().filter(text -> text.startsWith(LISTENING)).findFirst().get();
    return addressIn(line);
  }

  /** The first address that a line says is listened on. */
  static InetSocketAddress addressIn(String line) {
    Matcher port = PORT.matcher(line);
    assertThat(port.find()).as(line).isTrue();
    int number = Integer.parseInt(port.group(1));
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), number);
  }

  /** Has it end as at a signal; its exit status. */
  int end() throws InterruptedException {
    thread.interrupt();
    thread.join(10_000);
    return status.get();
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
