package io.lb4j.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.lb4j.CloseReason;
import io.lb4j.Flow;
import io.lb4j.FlowListener;
import io.lb4j.MemberSpec;
import io.lb4j.VirtualServer;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * A virtual server in a JVM of its own, for what cannot be done to the one that runs the tests.
 * Says on its output what happens; takes {@code hold} (open one more file) and {@code quit} on its
 * input.
 */
public final class ChildBalancer {
  private ChildBalancer() {}

  /** Port of the member on 127.0.0.1, idle timeout in milliseconds, maximum of flows. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    printLog(out, Level.WARN);
    loadAll();
    ScriptedMember.with(new Behaviour.Discard()).close(); // and what the JDK needs for a socket
    VirtualServer edge =
        VirtualServer.builder("edge")
            .listen("127.0.0.1", 0)
            .pool(Edges.pool(MemberSpec.of("127.0.0.1", Integer.parseInt(arguments[0]))))
            .loops(2)
            .idleTimeout(Duration.ofMillis(Long.parseLong(arguments[1])))
            .connectTimeout(Duration.ofSeconds(30)) // also how long a flow waits for a descriptor
            .maxFlows(Integer.parseInt(arguments[2]))
            .listener(printer(out))
            .start();
    out.println("listening " + ((InetSocketAddress) edge.address()).getPort());
    obey(out);
    edge.close();
    out.println("closed");
  }

  static void printLog(PrintStream out, Level atLeast) {
    AppenderBase<ILoggingEvent> printer =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(atLeast)) {
              out.println("log " + event);
            }
          }
        };
    printer.start();
    ((Logger) LoggerFactory.getLogger("io.lb4j")).addAppender(printer);
  }

  /** Classes in a directory need a descriptor each when they are first used. */
  static void loadAll() throws Exception {
    loadAll(VirtualServer.class, "io/lb4j");
    loadAll(ChildBalancer.class, "io/lb4j/testing");
  }

  static void loadAll(Class<?> neighbour, String folder) throws Exception {
    Path root = Path.of(neighbour.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (!Files.isDirectory(root)) {
      return; // a jar is open already
    }
    try (Stream<Path> files = Files.walk(root.resolve(folder))) {
      for (Path file : files.filter(found -> found.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replaceAll("[/\\\\]", ".");
        Class.forName(name.substring(0, name.length() - ".class".length()));
      }
    }
  }

  private static FlowListener printer(PrintStream out) {
    return new FlowListener() {
      @Override
      public void onClose(Flow flow, CloseReason reason) {
        out.println(flow);
      }
    };
  }

  static void obey(PrintStream out) throws IOException {
    List<AutoCloseable> held = new ArrayList<>();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null && !line.equals("quit"); line = in.readLine()) {
      if (line.equals("hold")) {
        hold(held, out);
      }
    }
  }

  private static void hold(List<AutoCloseable> held, PrintStream out) {
    try {
      held.add(new FileInputStream("/dev/null"));
      out.println("held " + held.size());
    } catch (IOException noneLeft) {
      out.println("nothing left to hold");
    }
  }
}
