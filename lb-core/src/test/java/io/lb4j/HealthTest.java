package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Health monitors of pools in use, with real sockets, threads and time. */
@Timeout(30)
class HealthTest {
  private static final Duration INTERVAL = Duration.ofMillis(50);

  /** What a busy machine may add to any of the times promised. */
  private static final Duration SLACK = Duration.ofMillis(1500);

  private final RecordedEvents events = new RecordedEvents();
  private final LogCapture log = LogCapture.of(Pool.class);
  private final LogCapture complaints = LogCapture.of(CallbackGuard.class);
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
    log.close();
    complaints.close();
    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-"));
  }

  private <T extends AutoCloseable> T closing(T resource) {
    opened.add(resource);
    return resource;
  }

  private NamedServer server(String name) {
    return closing(NamedServer.open(name));
  }

  private VirtualServer serve(Pool pool) {
    return closing(
        VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(pool).loops(1).start());
  }

  private static HealthMonitor often(HealthMonitor monitor) {
    return monitor.interval(INTERVAL).rise(2).fall(3);
  }

  private Pool pool(HealthMonitor monitor, MemberSpec... members) {
    Pool.Builder builder = Pool.builder("web").monitor(monitor).listener(events);
    for (MemberSpec member : members) {
      builder.member(member);
    }
    return builder.build();
  }

  private static MemberSpec[] nobodyThere(int count) {
    MemberSpec[] specs = new MemberSpec[count];
    for (int i = 0; i < count; i++) {
      specs[i] = TestPools.spec(i);
    }
    return specs;
  }

  // ---- by connecting

  @Test
  void aMemberThatStopsListeningGoesDownAndComesBack() {
    NamedServer stays = server("a");
    NamedServer goes = server("b");
    Pool pool = pool(often(HealthMonitor.tcp()), stays.spec(), goes.spec());
    VirtualServer edge = serve(pool);
    PoolMember member = pool.members().get(1);
    pool.members().forEach(each -> TestPools.awaitHealth(each, Health.UP));

    goes.close();
    long begun = System.nanoTime();
    TestPools.awaitHealth(member, Health.DOWN);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("time until down, against fall times interval")
        .isLessThan(INTERVAL.multipliedBy(3).plus(SLACK));
    Eventually.equal("available", List.of(pool.members().get(0)), pool::availableMembers);
    for (int i = 0; i < 4; i++) {
      assertThat(Visitor.ask(edge, "127.0.0.1")).as("flow %d while b is down", i).isEqualTo("a");
    }

    server(goes.port());
    begun = System.nanoTime();
    TestPools.awaitHealth(member, Health.UP);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .as("time until up, against rise times interval")
        .isLessThan(INTERVAL.multipliedBy(2).plus(SLACK));
    assertThat(List.of(Visitor.ask(edge, "127.0.0.1"), Visitor.ask(edge, "127.0.0.1")))
        .containsExactlyInAnyOrder("a", "b");

    ServiceAddress address = member.address();
    Eventually.equal(
        "events of b",
        List.of("up " + address, "down " + address, "up " + address),
        () -> events.all().stream().filter(event -> event.endsWith(" " + address)).toList());
    assertThat(log.lines(address.toString()))
        .as("log lines of b")
        .containsExactly(
            "INFO member web/" + address + " is up",
            "WARN member web/" + address + " is down: connect refused",
            "INFO member web/" + address + " is up");
  }

  private NamedServer server(int port) {
    return closing(NamedServer.openAt("b", port));
  }

  @Test
  void aMemberIsProbedAtAnotherPortThanItsOwn() {
    NamedServer serving = server("a");
    NamedServer asked = server("b");
    Pool pool = pool(often(HealthMonitor.tcp(asked.port())), serving.spec());
    serve(pool);
    PoolMember member = pool.members().get(0);
    TestPools.awaitHealth(member, Health.UP);
    asked.close();
    TestPools.awaitHealth(member, Health.DOWN);

    assertThat(serving.connections()).as("connections to its own port").isZero();
    assertThat(member.lastProbe().orElseThrow().result())
        .isEqualTo(ProbeResult.fail("connect refused"));
  }

  @Test
  void openFlowsOfAMemberThatGoesDownAreNotTouched() {
    AtomicBoolean fit = new AtomicBoolean(true);
    NamedServer server = server("a");
    Pool pool =
        pool(
            often(
                HealthMonitor.of(
                    member -> fit.get() ? ProbeResult.pass() : ProbeResult.fail("said so"))),
            server.spec());
    VirtualServer edge = serve(pool);
    Visitor visitor = closing(Visitor.stay(edge, "127.0.0.1"));
    assertThat(visitor.host()).isEqualTo("a");

    fit.set(false);
    TestPools.awaitHealth(pool.members().get(0), Health.DOWN);

    assertThat(edge.flows().size()).isEqualTo(1);
    assertThat(pool.members().get(0).activeFlows()).isEqualTo(1);
    fit.set(true);
    TestPools.awaitHealth(pool.members().get(0), Health.UP);
    assertThat(edge.flows().size()).isEqualTo(1);
  }

  @Test
  void aMonitorDoesNotUndoAnOperator() {
    NamedServer server = server("a");
    Pool pool = pool(often(HealthMonitor.tcp()), server.spec());
    PoolMember member = pool.members().get(0);
    member.disable();
    serve(pool);
    TestPools.awaitHealth(member, Health.UP);

    assertThat(member.adminState()).isEqualTo(AdminState.DISABLED);
    assertThat(member.isAvailable()).isFalse();
  }

  @Test
  void aMemberThatIsInitiallyDownTakesNoFlowUntilAProbeHasPassed() {
    AtomicBoolean fit = new AtomicBoolean();
    NamedServer server = server("a");
    NamedServer late = server("b");
    HealthMonitor monitor =
        often(HealthMonitor.of(member -> fit.get() ? ProbeResult.pass() : awaitInterrupt()))
            .initially(Health.DOWN);
    Pool pool = pool(monitor, server.spec());
    assertThat(pool.members().get(0).health()).as("before use").isEqualTo(Health.UNKNOWN);
    serve(pool);
    assertThat(pool.availableMembers()).isEmpty();
    pool.add(late.spec());
    assertThat(pool.members()).extracting(PoolMember::health).containsOnly(Health.DOWN);

    fit.set(true);
    pool.members().forEach(member -> TestPools.awaitHealth(member, Health.UP));
    Eventually.equal("available members", 2, () -> pool.availableMembers().size());
  }

  private static ProbeResult awaitInterrupt() throws InterruptedException {
    new CountDownLatch(1).await();
    return ProbeResult.pass();
  }

  // ---- by a probe of the host

  @Test
  void aProbeThatThrowsHasFailed() {
    Pool pool =
        pool(
            often(
                HealthMonitor.of(
                    member -> {
                      throw new IOException("by the host");
                    })),
            nobodyThere(1));
    serve(pool);
    PoolMember member = pool.members().get(0);
    TestPools.awaitHealth(member, Health.DOWN);

    assertThat(member.lastProbe().orElseThrow().result())
        .isEqualTo(ProbeResult.fail("java.io.IOException: by the host"));
  }

  @Test
  void aProbeThatThrowsAnErrorHasFailedAndIsCalledAgain() {
    AtomicInteger calls = new AtomicInteger();
    Pool pool =
        pool(
            often(
                HealthMonitor.of(
                    member -> {
                      calls.incrementAndGet();
                      throw new OutOfMemoryError("by the host");
                    })),
            nobodyThere(1));
    serve(pool);
    TestPools.awaitHealth(pool.members().get(0), Health.DOWN);

    Eventually.holds("five calls", () -> calls.get() >= 5);
  }

  @Test
  void aProbeThatReturnsNullHasFailedAndIsNamed() {
    Pool pool = pool(often(HealthMonitor.of(member -> null)), nobodyThere(1));
    serve(pool);
    TestPools.awaitHealth(pool.members().get(0), Health.DOWN);

    assertThat(complaints.lines()).containsExactly("WARN pool web: Probe.check returned null");
  }

  @Test
  void aProbeThatIsSlowerThanItsTimeoutIsInterruptedAndHasFailed() {
    AtomicInteger interrupted = new AtomicInteger();
    Pool pool =
        pool(
            often(
                    HealthMonitor.of(
                        member -> {
                          try {
                            new CountDownLatch(1).await();
                          } catch (InterruptedException timeIsOver) {
                            interrupted.incrementAndGet();
                            throw timeIsOver;
                          }
                          return ProbeResult.pass();
                        }))
                .timeout(Duration.ofMillis(20)),
            nobodyThere(1));
    serve(pool);
    PoolMember member = pool.members().get(0);
    TestPools.awaitHealth(member, Health.DOWN);

    Eventually.holds("three interrupts", () -> interrupted.get() >= 3);
    assertThat(member.lastProbe().orElseThrow().result()).isEqualTo(ProbeResult.fail("timed out"));
  }

  @Test
  void aProbeThatHangsAndIgnoresInterruptsIsNeverJoinedByASecondOne() {
    AtomicBoolean hang = new AtomicBoolean(true);
    CountDownLatch goOn = new CountDownLatch(1);
    Map<PoolMember, AtomicInteger> running = new ConcurrentHashMap<>();
    AtomicInteger most = new AtomicInteger();
    Probe probe =
        member -> {
          AtomicInteger now = running.computeIfAbsent(member, unused -> new AtomicInteger());
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          try {
            while (hang.get()) {
              awaitIgnoringInterrupts(goOn);
            }
            return ProbeResult.pass();
          } finally {
            now.decrementAndGet();
          }
        };
    Pool pool = pool(often(HealthMonitor.of(probe)).timeout(Duration.ofMillis(10)), nobodyThere(3));
    serve(pool);
    pool.members().forEach(member -> TestPools.awaitHealth(member, Health.DOWN));
    Eventually.holds(
        "each told to be still running",
        () -> pool.members().stream().allMatch(HealthTest::isStillRunning));
    assertThat(running.values()).extracting(AtomicInteger::get).containsOnly(1);

    hang.set(false);
    goOn.countDown();

    pool.members().forEach(member -> TestPools.awaitHealth(member, Health.UP));
    assertThat(most).as("probes at once for a member").hasValue(1);
  }

  private static boolean isStillRunning(PoolMember member) {
    return member.lastProbe().orElseThrow().result().detail().contains("still running");
  }

  private static void awaitIgnoringInterrupts(CountDownLatch latch) {
    boolean over = false;
    while (!over) {
      try {
        latch.await();
        over = true;
      } catch (InterruptedException ignored) {
        over = false;
      }
    }
  }

  @Test
  void aHangingProbeIsNotJoinedByOneOfTheNextUseOfThePool() {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    Probe probe =
        member -> {
          calls.incrementAndGet();
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          awaitIgnoringInterrupts(goOn);
          running.decrementAndGet();
          return ProbeResult.pass();
        };
    Pool pool = pool(often(HealthMonitor.of(probe)), nobodyThere(1));
    PoolMember member = pool.members().get(0);
    try (VirtualServer first = serve(pool)) {
      Eventually.equal("calls for " + first, 1, calls::get);
    }
    serve(pool);
    Eventually.within(Duration.ofMillis(300), () -> most.get() > 1);
    goOn.countDown();
    TestPools.awaitHealth(member, Health.UP);

    assertThat(most).as("probes at once for a member").hasValue(1);
  }

  @Test
  void probesThatHangForGoodDoNotStarveThoseOfOthers() {
    CountDownLatch goOn = new CountDownLatch(1);
    Set<PoolMember> hanging = ConcurrentHashMap.newKeySet();
    Probe probe =
        member -> {
          if (member.address().port() < 90) {
            hanging.add(member);
            awaitIgnoringInterrupts(goOn);
          }
          return ProbeResult.pass();
        };
    Pool pool = pool(often(HealthMonitor.of(probe)));
    serve(pool);
    for (int port = 80; port < 90; port++) {
      pool.add("10.0.0.1", port);
    }
    pool.members().forEach(member -> TestPools.awaitHealth(member, Health.DOWN));
    assertThat(hanging).hasSize(10);
    PoolMember fit = pool.add("10.0.0.1", 90);
    TestPools.awaitHealth(fit, Health.UP);

    goOn.countDown();
    pool.members().forEach(member -> TestPools.awaitHealth(member, Health.UP));
  }

  // ---- by a probe of the host that completes later

  @Test
  void anAsyncProbeMayCompleteOnAnyThreadOrFailInAnyWay() {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    closing(threads::shutdownNow);
    AsyncProbe probe =
        member ->
            switch (member.address().port()) {
              case 80 -> CompletableFuture.supplyAsync(ProbeResult::pass, threads);
              case 81 -> CompletableFuture.supplyAsync(() -> ProbeResult.fail("said so"), threads);
              case 82 -> CompletableFuture.failedFuture(new IOException("by the host"));
              case 83 -> throw new OutOfMemoryError("by the host");
              case 84 -> null;
              default -> new CompletableFuture<>();
            };
    Pool pool = pool(often(HealthMonitor.ofAsync(probe)));
    serve(pool);
    List<String> found =
        List.of(
            "",
            "said so",
            "java.io.IOException: by the host",
            "java.lang.OutOfMemoryError: by the host",
            "probe gave null",
            "timed out");
    for (int i = 0; i < found.size(); i++) {
      PoolMember member = pool.add("10.0.0.1", 80 + i);
      TestPools.awaitHealth(member, i == 0 ? Health.UP : Health.DOWN);
      assertThat(member.lastProbe().orElseThrow().result().detail()).isEqualTo(found.get(i));
    }
  }

  @Test
  void anAsyncProbeThatCannotBeCancelledIsNeverJoinedByASecondOne() {
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<ProbeResult> slow = new CompletableFuture<>();
    AsyncProbe probe =
        member -> {
          calls.incrementAndGet();
          return slow.minimalCompletionStage();
        };
    Pool pool = pool(often(HealthMonitor.ofAsync(probe)), nobodyThere(1));
    serve(pool);
    PoolMember member = pool.members().get(0);
    Eventually.holds(
        "told to be still running", () -> member.lastProbe().isPresent() && isStillRunning(member));
    assertThat(calls).hasValue(1);

    slow.complete(ProbeResult.pass());
    TestPools.awaitHealth(member, Health.UP);
  }

  @Test
  void aMemberThatFlapsIsToldWithinBounds() {
    AtomicInteger probes = new AtomicInteger();
    long begun = System.nanoTime();
    Probe probe =
        member -> {
          probes.incrementAndGet();
          boolean fit = (System.nanoTime() - begun) / Duration.ofMillis(50).toNanos() % 2 == 0;
          return fit ? ProbeResult.pass() : ProbeResult.fail("flapping");
        };
    Pool pool =
        pool(
            HealthMonitor.of(probe).interval(Duration.ofMillis(10)).rise(2).fall(3),
            nobodyThere(1));
    serve(pool);
    Eventually.holds("a hundred probes", () -> probes.get() >= 100);
    opened.forEach(HealthTest::closeQuietly);
    opened.clear();

    List<String> flips = events.ofMembers();
    assertThat(flips)
        .as("two events for five probes, of %s", probes)
        .hasSizeLessThanOrEqualTo(2 + 2 * probes.get() / 5);
    assertThat(log.lines("member web/")).as("a line for each event").hasSameSizeAs(flips);
    for (int i = 1; i < flips.size(); i++) {
      assertThat(flips.get(i)).as("event %d is a flip", i).isNotEqualTo(flips.get(i - 1));
    }
  }

  private static void closeQuietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void theFirstProbesOfFortyMembersAreSpread() {
    Duration interval = Duration.ofMillis(800);
    Map<PoolMember, Long> first = new ConcurrentHashMap<>();
    Pool pool =
        pool(
            HealthMonitor.of(
                    member -> {
                      first.putIfAbsent(member, System.nanoTime());
                      return ProbeResult.pass();
                    })
                .interval(interval),
            nobodyThere(40));
    serve(pool);
    Eventually.equal("members probed", 40, first::size);
    List<Long> times = first.values().stream().sorted().toList();

    assertThat(Duration.ofNanos(times.get(39) - times.get(0)))
        .as("from the first of the first probes to the last")
        .isGreaterThan(interval.dividedBy(2));
    for (int i = 20; i < 40; i++) {
      assertThat(Duration.ofNanos(times.get(i) - times.get(i - 20)))
          .as("time of 21 first probes, from number %d on", i - 20)
          .isGreaterThan(interval.dividedBy(8));
    }
  }

  @Test
  void eventsAreBroughtByTheControlThreadWhileThePoolIsInUse() {
    Queue<String> threads = new ConcurrentLinkedQueue<>();
    Pool pool =
        Pool.builder("web")
            .listener(event -> threads.add(Thread.currentThread().getName()))
            .build();
    serve(pool);
    pool.add("10.0.0.1", 80).reweight(2);

    Eventually.equal(
        "threads of two events",
        List.of("lb4j-web-control", "lb4j-web-control"),
        () -> List.copyOf(threads));
  }

  // ---- membership

  @Test
  void aRemovedMemberIsNoLongerProbedAndAnAddedOneIs() {
    Map<PoolMember, AtomicInteger> calls = new ConcurrentHashMap<>();
    Pool pool =
        pool(
            HealthMonitor.of(
                    member -> {
                      calls
                          .computeIfAbsent(member, unused -> new AtomicInteger())
                          .incrementAndGet();
                      return ProbeResult.pass();
                    })
                .interval(Duration.ofMillis(10)),
            nobodyThere(2));
    serve(pool);
    PoolMember gone = pool.members().get(0);
    pool.members().forEach(member -> TestPools.awaitHealth(member, Health.UP));
    pool.remove(gone);
    PoolMember added = pool.add("10.9.9.9", 80);
    TestPools.awaitHealth(added, Health.UP);
    int before = calls.get(gone).get();
    int othersBefore = calls.get(added).get();
    Eventually.holds(
        "ten more probes of another", () -> calls.get(added).get() >= othersBefore + 10);

    assertThat(calls.get(gone).get())
        .as("probes of the removed member")
        .isLessThanOrEqualTo(before + 1);
    assertThat(events.all("left")).containsExactly("left " + gone.address());
  }

  @Test
  void aListenerMayRemoveAMemberThatGoesDown() {
    AtomicReference<Pool> self = new AtomicReference<>();
    Pool pool =
        Pool.builder("web")
            .monitor(often(HealthMonitor.of(member -> ProbeResult.fail("said so"))))
            .listener(events)
            .listener(
                event -> {
                  if (event instanceof PoolEvent.MemberDown down) {
                    self.get().remove(down.member());
                  }
                })
            .member("10.0.0.1", 80)
            .build();
    self.set(pool);
    serve(pool);

    Eventually.equal("members left", List.of(), pool::members);
    Eventually.equal("events", List.of("down 10.0.0.1:80", "left 10.0.0.1:80"), events::ofMembers);
  }

  @Test
  void aListenerThatBlocksHoldsUpNeitherChangesNorFlows() {
    CountDownLatch goOn = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    NamedServer server = server("a");
    Pool pool =
        Pool.builder("web")
            .listener(
                event -> {
                  entered.countDown();
                  awaitIgnoringInterrupts(goOn);
                })
            .listener(events)
            .member(server.spec())
            .build();
    VirtualServer edge = serve(pool);
    pool.add("10.0.0.1", 80).disable();
    awaitIgnoringInterrupts(entered);

    assertThat(Visitor.ask(edge, "127.0.0.1")).isEqualTo("a");
    pool.remove(pool.member("10.0.0.1", 80));
    assertThat(pool.members()).hasSize(1);
    assertThat(events.all()).isEmpty();
    goOn.countDown();

    Eventually.equal(
        "events",
        List.of("joined 10.0.0.1:80", "DISABLED 10.0.0.1:80", "left 10.0.0.1:80"),
        events::all);
  }

  @Test
  void aListenerMayCloseTheVirtualServer() {
    AtomicReference<VirtualServer> edge = new AtomicReference<>();
    NamedServer server = server("a");
    Pool pool =
        Pool.builder("web").listener(event -> edge.get().close()).member(server.spec()).build();
    edge.set(serve(pool));
    pool.add("10.0.0.1", 80);

    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-"));
  }

  // ---- use and reuse

  @Test
  void threadsEndWithTheLastVirtualServer() {
    Pool pool = pool(often(HealthMonitor.of(member -> ProbeResult.pass())), nobodyThere(5));
    assertThat(Threads.named("lb4j-web")).as("threads before").isZero();
    VirtualServer first = serve(pool);
    VirtualServer second = serve(pool);
    pool.members().forEach(member -> TestPools.awaitHealth(member, Health.UP));
    first.close();
    assertThat(Threads.named("lb4j-web-control")).as("control threads of one user").isEqualTo(1);
    assertThat(pool.members()).extracting(PoolMember::health).containsOnly(Health.UP);
    second.close();

    Eventually.equal("threads of the pool", 0L, () -> Threads.named("lb4j-web"));
    assertThat(pool.members()).extracting(PoolMember::health).containsOnly(Health.UNKNOWN);
  }

  @Test
  void twoVirtualServersShareOneMonitor() {
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger running = new AtomicInteger();
    Pool pool =
        pool(
            often(
                HealthMonitor.of(
                    member -> {
                      calls.incrementAndGet();
                      most.accumulateAndGet(running.incrementAndGet(), Math::max);
                      running.decrementAndGet();
                      return ProbeResult.pass();
                    })),
            nobodyThere(1));
    serve(pool);
    serve(pool);
    Eventually.holds("six calls", () -> calls.get() >= 6);

    assertThat(most).hasValue(1);
    assertThat(events.all()).containsExactly("up 10.0.0.1:80");
  }

  @Test
  void aPoolIsWatchedAgainByItsNextVirtualServer() {
    AtomicBoolean fit = new AtomicBoolean(true);
    NamedServer server = server("a");
    Pool pool =
        pool(
            often(
                HealthMonitor.of(
                    member -> fit.get() ? ProbeResult.pass() : ProbeResult.fail("said so"))),
            server.spec());
    PoolMember member = pool.members().get(0);
    try (VirtualServer first = serve(pool)) {
      TestPools.awaitHealth(member, Health.UP);
      assertThat(Visitor.ask(first, "127.0.0.1")).isEqualTo("a");
    }
    fit.set(false);
    serve(pool);
    TestPools.awaitHealth(member, Health.DOWN);
    fit.set(true);
    TestPools.awaitHealth(member, Health.UP);

    assertThat(member.flowsTotal()).as("counted across uses").isEqualTo(1);
    String address = member.address().toString();
    Eventually.equal(
        "events", List.of("up " + address, "down " + address, "up " + address), events::ofMembers);
  }

  @Test
  void withoutAMonitorMembersStayUnknownAndTakeFlows() {
    NamedServer server = server("a");
    Pool pool = pool(HealthMonitor.none(), server.spec());
    VirtualServer edge = serve(pool);

    assertThat(Visitor.ask(edge, "127.0.0.1")).isEqualTo("a");
    assertThat(pool.members().get(0).health()).isEqualTo(Health.UNKNOWN);
    assertThat(server.connections()).as("connections, no probe among them").isEqualTo(1);
    assertThat(events.all()).isEmpty();
  }
}
