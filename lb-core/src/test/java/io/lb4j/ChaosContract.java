package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.ChildJvm;
import io.lb4j.testing.LateMember;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ShortFlows;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members that are killed, stopped and flap under 200 short flows at a time. One of the four is a
 * process of its own.
 */
@Timeout(60)
abstract class ChaosContract {
  private static final int AT_ONCE = 200;
  private static final int CHILD = 3;
  private static final int RISE = 2;
  private static final int FALL = 3;
  private static final Duration INTERVAL = Duration.ofMillis(200);

  /** What a busy machine may add to a time that is promised. */
  private static final Duration SLACK = Duration.ofSeconds(3);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();
  @TempDir Path directory;

  private final RecordedEvents events = new RecordedEvents();
  private final Queue<Flow> lost = new ConcurrentLinkedQueue<>();
  private final List<LateMember> members = new ArrayList<>();
  private ChildJvm child;
  private int childPort;
  private Pool pool;
  private VirtualServer edge;
  private ShortFlows load;

  abstract TransportKind transport();

  @BeforeEach
  void loadFourMembersOfOnePool() throws Exception {
    startChild(0);
    Pool.Builder builder =
        Pool.builder("chaos")
            .strategy(BalancingStrategy.roundRobin())
            .monitor(
                HealthMonitor.of(ChaosContract::answers).interval(INTERVAL).rise(RISE).fall(FALL))
            .listener(events);
    for (int name = 0; name < CHILD; name++) {
      members.add(leaks.own(new LateMember(name, 0)));
      builder.member(spec(members.get(name).address().getPort()));
    }
    pool = builder.member(spec(childPort)).build();
    edge =
        leaks.start(
            VirtualServer.builder("edge")
                .listen("127.0.0.1", 0)
                .loops(2)
                .transport(transport())
                .pool(pool)
                .listener(listener()));
    load = leaks.own(new ShortFlows(edge.address(), AT_ONCE));
    awaitEvenShares();
  }

  private static MemberSpec spec(int port) {
    return MemberSpec.of("127.0.0.77", port);
  }

  private FlowListener listener() {
    return new FlowListener() {
      @Override
      public void onClose(Flow flow, CloseReason reason) {
        if (reason != CloseReason.COMPLETED) {
          lost.add(flow);
        }
      }
    };
  }

  /** Asks a question: a stopped process still accepts, because the system does it. */
  private static ProbeResult answers(PoolMember member) throws IOException {
    InetSocketAddress address = (InetSocketAddress) member.socketAddress().orElseThrow();
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout((int) INTERVAL.toMillis());
      socket.getOutputStream().write(new byte[Long.BYTES]);
      InputStream in = socket.getInputStream();
      return in.readNBytes(Long.BYTES).length == Long.BYTES
          ? ProbeResult.pass()
          : ProbeResult.fail("ended early");
    }
  }

  private void startChild(int port) throws IOException {
    child =
        leaks.own(
            ChildJvm.start(
                directory,
                List.of(),
                LateMember.class,
                Integer.toString(CHILD),
                Integer.toString(port)));
    childPort = Integer.parseInt(child.await("listening "));
  }

  private PoolMember childMember() {
    return pool.member("127.0.0.77", childPort);
  }

  private void awaitHealth(Health expected, Duration promised) {
    Await.until(
        () -> childMember() + " to be " + expected,
        promised.plus(SLACK),
        () -> TestPools.isKnownToBe(childMember(), expected));
  }

  /** Four hundred flows in a row of which each member gets a quarter, give or take a little. */
  private void awaitEvenShares() {
    Await.until("even shares", this::areNextSharesEven);
  }

  private boolean areNextSharesEven() {
    long[] before = new long[CHILD + 1];
    for (int name = 0; name <= CHILD; name++) {
      before[name] = load.answeredBy(name);
    }
    load.await(400);
    for (int name = 0; name <= CHILD; name++) {
      long share = load.answeredBy(name) - before[name];
      if (share < 80 || share > 130) {
        return false;
      }
    }
    return true;
  }

  private void expectRecovery() {
    awaitHealth(Health.UP, INTERVAL.multipliedBy(RISE));
    long begun = System.nanoTime();
    awaitEvenShares();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SLACK);
  }

  @Test
  void memberKilledBetweenFlowsCostsNoClientAnything() throws Exception {
    load.pause();
    child.close();
    load.resume();
    load.await(400);
    awaitHealth(Health.DOWN, INTERVAL.multipliedBy(FALL));
    startChild(childPort);

    expectRecovery();

    assertThat(load.failures()).isEmpty();
    assertThat(lost).isEmpty();
  }

  @Test
  void memberKilledUnderLoadCostsAtMostItsFlowsInFlight() throws Exception {
    PoolMember killed = childMember();
    long inFlight = killed.activeFlows();
    long connectedBefore = killed.flowsTotal();
    child.close();
    long atRisk = inFlight + killed.flowsTotal() - connectedBefore;
    awaitHealth(Health.DOWN, INTERVAL.multipliedBy(FALL));
    load.await(400);
    startChild(childPort);

    expectRecovery();

    assertThat(load.failures()).hasSizeLessThanOrEqualTo((int) atRisk);
    assertThat(lost).allSatisfy(flow -> assertThat(flow.member()).contains(killed));
  }

  @Test
  void stoppedMemberIsPassedOverAndItsFlowsGoOnWhenItDoes() throws Exception {
    assumeTrue(ChildJvm.hasCommand("kill"), "no kill to stop a process with");
    child.signal("STOP");
    awaitHealth(Health.DOWN, INTERVAL.multipliedBy(2L * FALL)); // each probe lasts its timeout
    try (ShortFlows others = new ShortFlows(edge.address(), 20)) {
      others.await(100);
      assertThat(others.answeredBy(CHILD)).as("answers of a stopped process").isZero();
      others.pause();
      assertThat(others.failures()).isEmpty();
    }
    child.signal("CONT");

    expectRecovery();

    assertThat(load.failures()).isEmpty();
    assertThat(lost).isEmpty();
  }

  @Test
  void flappingMemberCostsAtMostItsOwnFlowsAndFewEvents() throws Exception {
    int port = members.get(0).address().getPort();
    PoolMember flapping = pool.member("127.0.0.77", port);
    for (int round = 0; round < 10; round++) {
      members.get(0).close();
      LockSupport.parkNanos(INTERVAL.dividedBy(3).toNanos());
      members.set(0, leaks.own(new LateMember(0, port)));
      LockSupport.parkNanos(INTERVAL.dividedBy(3).toNanos());
    }
    awaitEvenShares();

    assertThat(lost).extracting(flow -> flow.member().orElseThrow()).containsOnly(flapping);
    assertThat(load.failures()).hasSameSizeAs(lost);
    assertThat(events.all("down").size() + events.all("up").size()).isLessThan(4 + 10);
  }
}
