package io.lb4j.examples.dns;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process of dnsmasq, which knows one name and asks nobody else. It reads no configuration of the
 * system's, writes no file, and ends with this JVM.
 */
public final class Dnsmasq implements NameServer {
  private static final long TO_END_SECONDS = 2;

  private final int port;
  private final Process process;
  private final Thread hook;

  private Dnsmasq(int port, Process process) {
    this.port = port;
    this.process = process;
    hook = new Thread(process::destroyForcibly, "dnsmasq-end");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The program, if it is installed: in the PATH, or where daemons are. */
  public static Optional<Path> program() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(Stream.of(path.split(File.pathSeparator, -1)), Stream.of("/usr/sbin"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "dnsmasq"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts at this port; it takes a moment until it answers. */
  public static Dnsmasq start(Path program, int port, String address) throws IOException {
    return new Dnsmasq(
        port,
        new ProcessBuilder(command(program, port, address))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  static List<String> command(Path program, int port, String address) {
    return List.of(
        program.toString(),
        "--no-daemon", // in the foreground, as the user who runs it, without a PID file
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--bind-interfaces",
        "--listen-address=" + NameServer.loopback().getHostAddress(),
        "--port=" + port,
        "--address=/" + NAME + "/" + address);
  }

  @Override
  public int port() {
    return port;
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(TO_END_SECONDS, TimeUnit.SECONDS);
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (InterruptedException asked) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException endingAnyway) {
      // the hook does it
    }
  }
}
