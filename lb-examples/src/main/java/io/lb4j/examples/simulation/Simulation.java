package io.lb4j.examples.simulation;

import io.lb4j.BalancingStrategy;
import io.lb4j.MemberSpec;
import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.PoolSimulation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * Ten servers with four workers each, clients that come at random and keep them busy for 60 % of
 * the time, and a strategy of the library between them; one event after the other, in a time of its
 * own. The choices are those of a real pool ({@link PoolSimulation}).
 */
public final class Simulation {
  private static final int SERVERS = 10;
  private static final int CLIENTS = 1000;
  private static final double FLOWS_PER_SECOND = 2400;
  private static final double REPORT_SECONDS = 0.1;

  /** What {@link BalancingStrategy#firstAvailable} fills a server up to. */
  private static final int FILL_UP_TO = 2 * SimulatedServer.WORKERS;

  /** Something that happens; of those at the same time, what was planned first. */
  private record Event(double at, long number, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingLong(Event::number));
  private final Map<PoolMember, SimulatedServer> servers = new HashMap<>();
  private final DoubleStream.Builder answers = DoubleStream.builder();
  private final Scenario scenario;
  private final int maxFlows;
  private final double seconds;
  private final Random random;
  private final PoolSimulation pool;
  private long planned;
  private long failed;
  private double now;

  private Simulation(Scenario scenario, BalancingStrategy strategy, double seconds, long seed) {
    this.scenario = scenario;
    this.seconds = seconds;
    random = new Random(seed);
    maxFlows = strategy == BalancingStrategy.firstAvailable() ? FILL_UP_TO : Integer.MAX_VALUE;
    pool = PoolSimulation.of(Pool.builder("simulated").strategy(strategy));
    for (int i = scenario.hasTroubledFromTheBeginning() ? 0 : 1; i < SERVERS; i++) {
      join(i);
    }
  }

  /**
   * Runs one.
   *
   * @param seed of the clients and their work; strategies that draw lots have dice of their own
   */
  public static Figures run(
      Scenario scenario, BalancingStrategy strategy, Duration time, long seed) {
    return new Simulation(scenario, strategy, time.toNanos() / 1e9, seed).play();
  }

  private Figures play() {
    if (!scenario.hasTroubledFromTheBeginning()) {
      plan(seconds / 3, () -> join(0));
    }
    plan(nextArrival(), this::arrive);
    plan(REPORT_SECONDS, this::report);
    while (!events.isEmpty()) {
      Event next = events.remove();
      pool.advance(Duration.ofNanos((long) ((next.at() - now) * 1e9)));
      now = next.at();
      next.action().run();
    }
    long[] flows = servers.values().stream().mapToLong(SimulatedServer::flows).toArray();
    return Figures.of(answers.build().toArray(), failed, flows);
  }

  private void plan(double at, Runnable action) {
    events.add(new Event(at, planned++, action));
  }

  /** The first server is the one that has the trouble. */
  private void join(int index) {
    MemberSpec spec = MemberSpec.of("10.0.0." + (index + 1), 80);
    PoolMember member = pool.pool().add(spec.maxFlows(maxFlows));
    servers.put(member, new SimulatedServer(member));
  }

  private double nextArrival() {
    return now + random.nextExponential() / FLOWS_PER_SECOND;
  }

  private void arrive() {
    InetSocketAddress client = client(random.nextInt(CLIENTS));
    pool.open(client).ifPresentOrElse(this::serve, () -> failed++);
    double next = nextArrival();
    if (next < seconds) {
      plan(next, this::arrive);
    }
  }

  private void serve(PoolSimulation.SimulatedFlow flow) {
    SimulatedServer server = servers.get(flow.member());
    server.countFlow();
    boolean troubled = flow.member().address().host().equals("10.0.0.1");
    OptionalDouble work = scenario.work(troubled, now / seconds, random);
    if (work.isPresent()) {
      server.take(new Job(flow, server, now, work.getAsDouble()), now).ifPresent(this::begin);
    } else {
      failed++;
      flow.fail();
    }
  }

  private void begin(Job job) {
    plan(now + job.work(), () -> finish(job));
  }

  private void finish(Job job) {
    job.flow().answer();
    job.flow().end();
    answers.add(now - job.came());
    job.server().done(now).ifPresent(this::begin);
  }

  /** What agents or the host application would tell. */
  private void report() {
    servers.values().forEach(server -> server.report(now, REPORT_SECONDS));
    if (now + REPORT_SECONDS < seconds) {
      plan(now + REPORT_SECONDS, this::report);
    }
  }

  private static InetSocketAddress client(int number) {
    byte[] address = {10, 1, (byte) (number / 250), (byte) (1 + number % 250)};
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address), 40_000);
    } catch (UnknownHostException neverOfFourBytes) {
      throw new IllegalStateException(neverOfFourBytes);
    }
  }
}
