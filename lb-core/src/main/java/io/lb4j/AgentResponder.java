package io.lb4j;

import io.lb4j.internal.net.Accepted;
import io.lb4j.internal.net.Acceptor;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.ListenRequest;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.probe.AgentLine;
import io.lb4j.internal.probe.AgentOrders;
import io.lb4j.internal.util.Checks;
import io.lb4j.internal.util.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * The other half of {@link HealthMonitor#agent}: a server embeds it, and it tells balancers how
 * much the server can take. HAProxy's {@code agent-check} understands it as well.
 *
 * <p>Each connection is answered with one line such as {@code up ready 75% maxconn:200}, whatever
 * it asks: up or down, whether new flows are wanted, the share of the configured weight, and the
 * most flows at once where that is set. The share is the smallest that its reports give; without
 * any, {@link Builder#cpuLoad} is reported. As every answer tells the whole, {@code ready}
 * included, it also takes back what an operator asked of HAProxy with {@code set server ... state
 * drain}.
 *
 * <p>A server that goes on after {@link #drain} until its flows have ended shuts down gently:
 *
 * <pre>{@code
 * agent.drain();          // balancers see it at their next check
 * awaitEndOfFlows();
 * agent.close();
 * }</pre>
 *
 * <p>It runs on one daemon thread, and asks its reports on a second one: one that throws, or takes
 * more than 200 ms, is answered for with its last good value, or with none, and named in the log.
 * All methods may be called on any thread.
 */
public final class AgentResponder implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 200;
  private static final int BACKLOG = 64;
  private static final long JOIN_MILLIS = 5000;

  private final EventLoop loop;
  private final Acceptor acceptor;
  private final AgentGauges gauges;
  private final int maxConnections;
  private final long timeoutNanos;
  private final Set<AgentAnswer> open = new LinkedHashSet<>(); // of the loop's thread
  private volatile Standing standing = new Standing(AgentOrders.Mode.READY, Optional.empty());

  /** What the host says of its server: whether it takes flows, and why it is down if it is. */
  private record Standing(AgentOrders.Mode mode, Optional<String> down) {
    Standing with(AgentOrders.Mode mode) {
      return new Standing(mode, down);
    }

    Standing with(Optional<String> down) {
      return new Standing(mode, down);
    }
  }

  private AgentResponder(Builder settings, ServiceAddress listen) {
    maxConnections = settings.maxConnections;
    timeoutNanos = settings.timeout.toNanos();
    EventLoop opened = null;
    try {
      SocketAddress address =
          listen.withoutResolving().isPresent()
              ? listen.withoutResolving().get()
              : new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port());
      opened = new EventLoop("lb4j-agent", new NioTransport(), Clock.SYSTEM);
      acceptor =
          new Acceptor(
              opened, new ListenRequest(address, BACKLOG, SocketSettings.NONE), this::onAccepted);
    } catch (IOException failure) {
      if (opened != null) {
        opened.stop();
      }
      throw new UncheckedIOException(
          "agent responder: cannot listen on " + listen + ": " + failure.getMessage(), failure);
    }
    loop = opened;
    gauges = new AgentGauges(List.copyOf(settings.weights), settings.maxFlows);
  }

  /** Begins to describe a responder. */
  public static Builder builder() {
    return new Builder();
  }

  private void onAccepted(Accepted accepted, SocketAddress unused) {
    if (open.size() >= maxConnections) {
      accepted.refuse();
      return;
    }
    try {
      AgentAnswer answer =
          new AgentAnswer(
              loop, loop.poller().adopt(accepted, SocketSettings.NONE), this::onLate, open::remove);
      open.add(answer);
      answer.await(TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS));
      gauges.refresh(() -> loop.execute(this::answerAll));
    } catch (IOException gone) {
      return; // it has closed already
    }
  }

  private void onLate(AgentAnswer answer) {
    gauges.complain(PATIENCE_MILLIS);
    answer.answer(line(), timeoutNanos);
  }

  private void answerAll() {
    String line = line();
    List.copyOf(open).forEach(answer -> answer.answer(line, timeoutNanos));
  }

  private String line() {
    Standing now = standing;
    return AgentLine.of(
        new AgentOrders(
            gauges.weightPercent(),
            gauges.maxFlows(),
            Optional.of(now.mode()),
            Optional.of(now.down().isEmpty()),
            now.down().orElse("")));
  }

  /** Where it listens, with the real port where 0 was asked for. */
  public SocketAddress address() {
    return acceptor.address();
  }

  /** Wants all flows; so it begins. */
  public synchronized void ready() {
    standing = standing.with(AgentOrders.Mode.READY);
  }

  /** Wants no new flows but those that persistence sends. */
  public synchronized void drain() {
    standing = standing.with(AgentOrders.Mode.DRAIN);
  }

  /** Wants no new flows at all. */
  public synchronized void maint() {
    standing = standing.with(AgentOrders.Mode.MAINT);
  }

  /** Calls the server up; so it begins. */
  public synchronized void up() {
    standing = standing.with(Optional.empty());
  }

  /**
   * Calls the server down.
   *
   * @param reason why, for people; the first 200 characters are told; may be empty
   */
  public synchronized void down(String reason) {
    standing = standing.with(Optional.of(Checks.present("reason", reason)));
  }

  /**
   * Stops listening and closes every connection. Balancers keep to what they were told last.
   * Closing twice does nothing.
   */
  @Override
  public void close() {
    loop.execute(acceptor::close);
    loop.stop();
    gauges.close();
    try {
      if (!EventLoop.isCurrentThreadALoop()) {
        loop.join(JOIN_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "agent responder " + line().strip();
  }

  /** Describes a responder. Not for several threads at once. */
  public static final class Builder {
    private static final int DEFAULT_MAX_CONNECTIONS = 64;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    private final List<AgentReport> weights = new ArrayList<>();
    private Optional<ServiceAddress> listen = Optional.empty();
    private Optional<AgentReport> maxFlows = Optional.empty();
    private int maxConnections = DEFAULT_MAX_CONNECTIONS;
    private Duration timeout = DEFAULT_TIMEOUT;

    private Builder() {}

    /**
     * Where to listen; required. What it says is no secret, but any client may ask: listen where
     * balancers alone can reach it.
     *
     * @param port 0..65535; 0 for any free one
     */
    public Builder listen(String host, int port) {
      listen = Optional.of(ServiceAddress.of(host, port));
      return this;
    }

    /**
     * Reports the share of the processors that is idle, 1..100 %. Needs the module {@code
     * java.management}.
     */
    public Builder cpuLoad() {
      return weigh("cpuLoad", managed("cpuLoad", HostLoad::idleProcessors));
    }

    /**
     * Reports the share of the heap that was free after the last garbage collection, 1..100 %.
     * Needs the module {@code java.management}.
     */
    public Builder heapAfterGc() {
      return weigh("heapAfterGc", managed("heapAfterGc", HostLoad::freeHeap));
    }

    private static Supplier<OptionalInt> managed(
        String report, Supplier<Supplier<OptionalInt>> source) {
      try {
        return source.get();
      } catch (LinkageError noSuchModule) {
        throw new IllegalStateException(
            report + " needs the module java.management: start Java with --add-modules of it",
            noSuchModule);
      }
    }

    /**
     * Reports the share of a queue of yours that is free, 1..100 %.
     *
     * @param depth how much is in the queue now, 0 or more
     * @param full how much makes it full, 1 or more
     */
    public Builder queueDepth(IntSupplier depth, int full) {
      Checks.present("depth", depth);
      Checks.range("full", full, 1, Integer.MAX_VALUE);
      return weigh(
          "queueDepth", () -> HostLoad.left(Math.max(0, depth.getAsInt()) / (double) full));
    }

    /**
     * Reports what you say: the percentage of its weight that the server can take, 0..100. With 0
     * it gets no new flows but those that persistence sends.
     */
    public Builder report(IntSupplier percent) {
      Checks.present("percent", percent);
      return weigh("report", () -> OptionalInt.of(percent.getAsInt()));
    }

    private Builder weigh(String name, Supplier<OptionalInt> source) {
      weights.add(new AgentReport(name, source, 0, 100));
      return this;
    }

    /**
     * Also reports how many flows the server takes at once, 1 or more; default: it does not say.
     */
    public Builder maxFlows(IntSupplier flows) {
      Checks.present("flows", flows);
      Supplier<OptionalInt> source = () -> OptionalInt.of(flows.getAsInt());
      maxFlows = Optional.of(new AgentReport("maxFlows", source, 1, 999_999_999));
      return this;
    }

    /** How many connections are open at once at most, 1..10000; default 64. More are reset. */
    public Builder maxConnections(int connections) {
      maxConnections = Checks.range("maxConnections", connections, 1, 10_000);
      return this;
    }

    /** How long a connection may take to read its answer and end, 1 ms or more; default 5 s. */
    public Builder timeout(Duration timeout) {
      this.timeout = Checks.atLeast("timeout", timeout, Duration.ofMillis(1));
      return this;
    }

    /**
     * Opens the socket and answers from now on.
     *
     * @throws IllegalStateException when there is no address
     * @throws UncheckedIOException when it cannot listen there
     */
    public AgentResponder start() {
      ServiceAddress address =
          listen.orElseThrow(
              () -> new IllegalStateException("agent responder has no address: call listen()"));
      if (weights.isEmpty()) {
        cpuLoad();
      }
      AgentResponder responder = new AgentResponder(this, address);
      responder.loop.start(true);
      responder.loop.execute(responder.acceptor::start);
      return responder;
    }
  }
}
