package io.lb4j.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lb4j.CloseReason;
import io.lb4j.Flow;
import io.lb4j.PoolMember;
import io.lb4j.VirtualServer;
import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Owns what a test opens, and looks after it that nothing is left of it: no flow, no place taken at
 * a member, no thread, no descriptor; and nothing in the log that a peer's fault does not deserve,
 * which is an error or a stack trace.
 *
 * <p>After the test the peers go first, last opened first closed, with a reset. The virtual servers
 * have to notice that by themselves before they are closed too.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private final Deque<AutoCloseable> peers = new ArrayDeque<>();
  private final List<VirtualServer> servers = new ArrayList<>();
  private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
  private Set<Thread> threadsBefore = Set.of();
  private Map<Integer, String> descriptorsBefore = Map.of();
  private boolean traceExpected;

  /** Closes this after the test, before every virtual server. */
  public <T extends AutoCloseable> T own(T peer) {
    synchronized (peers) {
      peers.push(peer);
    }
    return peer;
  }

  /** A member on a free port of 127.0.0.1, closed after the test. */
  public ScriptedMember member(Behaviour behaviour) throws IOException {
    return own(ScriptedMember.with(behaviour));
  }

  /** A client of the virtual server's first address, closed after the test. */
  public TestClient client(VirtualServer server) throws IOException {
    return own(TestClient.to(server.address()));
  }

  /** Starts a virtual server that is closed and looked at after the test. */
  public VirtualServer start(VirtualServer.Builder builder) {
    return watch(builder.start());
  }

  /** Has a virtual server closed and looked at after the test. */
  public VirtualServer watch(VirtualServer server) {
    synchronized (servers) {
      servers.add(server);
    }
    return server;
  }

  /** The virtual servers that are looked after. */
  public List<VirtualServer> servers() {
    synchronized (servers) {
      return List.copyOf(servers);
    }
  }

  /** A callback of this test throws: a stack trace in a warning is right. */
  public void expectStackTraces() {
    traceExpected = true;
  }

  /** What was logged so far. */
  public List<ILoggingEvent> log() {
    synchronized (appender) {
      return List.copyOf(appender.list);
    }
  }

  /** The messages that were logged so far at a level or above. */
  public List<String> messages(Level atLeast) {
    return log().stream()
        .filter(event -> event.getLevel().isGreaterOrEqual(atLeast))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    initialiseJdk();
    threadsBefore = threads();
    descriptorsBefore = descriptors();
    appender.start();
    rootOfOurs().addAppender(appender);
  }

  /** The JDK opens some descriptors on first use and keeps them. */
  private static void initialiseJdk() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Loopback.anyPort());
        SocketChannel client = SocketChannel.open(listener.getLocalAddress());
        SocketChannel accepted = listener.accept();
        Selector selector = Selector.open()) {
      client.shutdownOutput();
      accepted.socket().setSoTimeout(1);
      selector.selectNow();
    }
  }

  private static Logger rootOfOurs() {
    return (Logger) LoggerFactory.getLogger("io.lb4j");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<String> problems = new ArrayList<>();
    closePeers(problems);
    for (VirtualServer server : servers) {
      if (server.datagrams().fromClients() > 0) {
        server.flows().forEach(Flow::close); // nothing tells a UDP session that its client is gone
      }
      expect(
          problems,
          () -> "flows are left:\n" + server.flows(),
          () -> server.flows().opened() == server.flows().closed() && server.flows().size() == 0);
      server.close();
    }
    servers.forEach(server -> checkCounters(server, problems));
    expect(problems, () -> "threads are left: " + left(), () -> left().isEmpty());
    expect(problems, () -> "descriptors are left: " + openedSince(), () -> openedSince().isEmpty());
    rootOfOurs().detachAppender(appender);
    appender.stop();
    checkLog(problems);
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join("\n", problems));
    }
  }

  private void closePeers(List<String> problems) {
    synchronized (peers) {
      while (!peers.isEmpty()) {
        AutoCloseable next = peers.pop();
        try {
          if (next instanceof Peer peer) {
            peer.reset();
          } else {
            next.close();
          }
        } catch (Exception failure) {
          problems.add(next + " does not close: " + failure);
        }
      }
    }
  }

  private static void expect(
      List<String> problems, Supplier<String> problem, BooleanSupplier condition) {
    try {
      Await.until(problem, Await.LIMIT, condition);
    } catch (AssertionError failed) {
      problems.add(failed.getMessage());
    }
  }

  private static void checkCounters(VirtualServer server, List<String> problems) {
    if (server.flows().opened() != server.flows().closed() || server.flows().size() != 0) {
      problems.add(server + " closed with flows:\n" + server.flows());
    }
    if (server.flows().closed(CloseReason.INTERNAL_ERROR) > 0) {
      problems.add(server + " had an internal error");
    }
    for (PoolMember member : server.pool().members()) {
      if (member.activeFlows() != 0) {
        problems.add(member + " still counts " + member.activeFlows() + " flows");
      }
    }
  }

  private void checkLog(List<String> problems) {
    for (ILoggingEvent event : log()) {
      boolean traced = event.getThrowableProxy() != null;
      if (event.getLevel().isGreaterOrEqual(Level.ERROR) || (traced && !traceExpected)) {
        problems.add(
            "logged: "
                + event
                + (traced ? " with " + event.getThrowableProxy().getClassName() : ""));
      }
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("lb4j-"))
        .collect(Collectors.toSet());
  }

  private Set<String> left() {
    return threads().stream()
        .filter(thread -> !threadsBefore.contains(thread))
        .map(Thread::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Map<Integer, String> openedSince() {
    Map<Integer, String> now = descriptors();
    now.values().removeAll(descriptorsBefore.values());
    return now;
  }

  /** Sockets and what pollers need, by number; empty where the system does not tell. */
  private static Map<Integer, String> descriptors() {
    Map<Integer, String> found = Descriptors.open();
    found.values().removeIf(what -> !what.startsWith("socket:") && !what.startsWith("anon_inode:"));
    found.replaceAll((number, what) -> what.startsWith("socket:") ? what : what + number); // unique
    return found;
  }
}
