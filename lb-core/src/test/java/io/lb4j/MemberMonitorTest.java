package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.NioTransport;
import io.lb4j.internal.probe.AgentOrders;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.ProbeThreads;
import io.lb4j.internal.probe.Prober;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a member is probed and what becomes of the results, on a loop that the test drives. */
@Timeout(20)
class MemberMonitorTest {
  private static final Duration TICK = Duration.ofMillis(1);
  private static final long TICK_ROUNDING = 3;

  private final SteppedClock clock = new SteppedClock();
  private final RecordedEvents events = new RecordedEvents();
  private final Pool pool = Pool.builder("watched").listener(events).member("10.0.0.1", 80).build();
  private final PoolMember member = pool.members().get(0);
  private final ScriptedProber prober = new ScriptedProber();
  private final ProbeThreads threads = new ProbeThreads("unused");
  private EventLoop loop;
  private long nowMillis;

  /** Answers when told to, or at once. */
  private final class ScriptedProber implements Prober {
    private final List<Long> begun = new ArrayList<>();
    private Consumer<ProbeReport> pending;
    private ProbeReport answerAtOnce;
    private int aborted;

    @Override
    public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
      assertThat(pending).as("a probe under way").isNull();
      begun.add(nowMillis);
      if (answerAtOnce != null) {
        report.accept(answerAtOnce);
      } else {
        pending = report;
      }
    }

    @Override
    public void abort() {
      aborted++;
      pending = null;
    }

    void answer(ProbeReport report) {
      Consumer<ProbeReport> waiting = pending;
      pending = null;
      waiting.accept(report);
    }
  }

  @BeforeEach
  void open() throws IOException {
    loop = new EventLoop("driven", new NioTransport(), clock);
    pool.retain(); // without a monitor of its own; verdicts count while a pool is in use
  }

  @AfterEach
  void close() {
    loop.stop();
    pool.release();
  }

  private MemberMonitor start(HealthMonitor settings, Duration delay) throws IOException {
    MemberMonitor monitor = new MemberMonitor(member, settings, new ProbeRoom(loop, threads));
    loop.runOnce(0);
    monitor.start(delay.toNanos() / (double) settings.interval().toNanos());
    return monitor;
  }

  private HealthMonitor every(int millis) {
    return HealthMonitor.by(checkBy("scripted", prober))
        .interval(Duration.ofMillis(millis))
        .jitter(0);
  }

  private static Check checkBy(String name, Prober prober) {
    return new Check() {
      @Override
      public Prober proberOf(PoolMember watched, ProbeRoom room) {
        return prober;
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  private void run(int millis) throws IOException {
    for (int i = 0; i < millis; i++) {
      clock.step(TICK);
      nowMillis++;
      loop.runOnce(0);
      loop.runOnce(0); // a turn expires what was due before it
    }
  }

  private static List<Long> gaps(List<Long> times) {
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      gaps.add(times.get(i) - times.get(i - 1));
    }
    return gaps;
  }

  @Test
  void probesBeginAnIntervalApart() throws IOException {
    prober.answerAtOnce = ProbeReport.PASSED;
    start(every(100), Duration.ofMillis(40));
    run(1000);

    assertThat(prober.begun.get(0)).as("the first").isBetween(40L, 40 + TICK_ROUNDING);
    assertThat(prober.begun).hasSizeBetween(9, 10);
    assertThat(gaps(prober.begun)).allMatch(gap -> gap >= 100 && gap <= 100 + TICK_ROUNDING);
  }

  @Test
  void theTimeOfAProbeIsPartOfTheInterval() throws IOException {
    start(every(100), Duration.ZERO);
    for (int i = 0; i < 5; i++) {
      Eventually.holds("a probe under way", this::isPendingAfterAStep);
      run(60);
      prober.answer(ProbeReport.PASSED);
    }

    assertThat(gaps(prober.begun)).allMatch(gap -> gap >= 100 && gap <= 100 + TICK_ROUNDING);
  }

  private boolean isPendingAfterAStep() {
    try {
      if (prober.pending == null) {
        run(1);
      }
      return prober.pending != null;
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void aProbeSlowerThanTheIntervalDelaysTheNext() throws IOException {
    start(every(100), Duration.ZERO);
    run(5);
    run(250);
    assertThat(prober.begun).as("probes while the first is under way").hasSize(1);
    prober.answer(ProbeReport.PASSED);
    run((int) TICK_ROUNDING);

    assertThat(prober.begun).as("probes once it is over").hasSize(2);
  }

  /** Rise 2, fall 3: after each result, what state it leaves the member in. */
  @Test
  void theIntervalFollowsTheState() throws IOException {
    HealthMonitor monitor =
        every(100).fastInterval(Duration.ofMillis(20)).downInterval(Duration.ofMillis(300));
    start(monitor.rise(2).fall(3), Duration.ZERO);
    String results = "++-+---+-++";
    int[] waits = {100, 100, 20, 100, 20, 20, 300, 20, 300, 20, 100};
    for (int i = 0; i < results.length(); i++) {
      answerNext(results.charAt(i) == '+');
    }
    answerNext(true);

    List<Long> gaps = gaps(prober.begun);
    for (int i = 0; i < waits.length; i++) {
      assertThat(gaps.get(i))
          .as("wait after result %d of %s", i + 1, results)
          .isBetween((long) waits[i], waits[i] + TICK_ROUNDING);
    }
  }

  private void answerNext(boolean passed) {
    Eventually.holds("a probe under way", this::isPendingAfterAStep);
    prober.answer(passed ? ProbeReport.PASSED : ProbeReport.failed("connect refused"));
  }

  @Test
  void jitterShortensAWaitAndNeverLengthensIt() throws IOException {
    prober.answerAtOnce = ProbeReport.PASSED;
    start(every(100).jitter(0.5), Duration.ZERO);
    run(5000);

    assertThat(gaps(prober.begun))
        .allMatch(gap -> gap >= 50 && gap <= 100 + TICK_ROUNDING)
        .as("not all of one length")
        .anyMatch(gap -> gap < 90);
  }

  @Test
  void theFirstResultDecidesAlone() throws IOException {
    prober.answerAtOnce = ProbeReport.failed("connect refused");
    assertThat(member.health()).isEqualTo(Health.UNKNOWN);
    assertThat(member.isAvailable()).as("available before the first result").isTrue();
    start(every(100), Duration.ZERO);
    run(10);

    assertThat(member.health()).isEqualTo(Health.DOWN);
    Eventually.equal("events", List.of("down 10.0.0.1:80"), events::ofMembers);
  }

  @Test
  void aMemberGoesDownWithTheThirdFailureAndComesBackWithTheSecondPass() throws IOException {
    start(every(10).rise(2).fall(3), Duration.ZERO);
    String results = "+--+---+-++";
    String healths = "UUUUUUDDDDU";
    for (int i = 0; i < results.length(); i++) {
      answerNext(results.charAt(i) == '+');
      assertThat(member.health())
          .as("after result %d of %s", i + 1, results)
          .isEqualTo(healths.charAt(i) == 'U' ? Health.UP : Health.DOWN);
    }

    Eventually.equal(
        "events",
        List.of("up 10.0.0.1:80", "down 10.0.0.1:80", "up 10.0.0.1:80"),
        events::ofMembers);
  }

  @Test
  void aProbeThatCouldNotBeMadeChangesNothing() throws IOException {
    try (LogCapture log = LogCapture.of(CallbackGuard.class)) {
      prober.answerAtOnce = ProbeReport.PASSED;
      start(every(10), Duration.ZERO);
      run(20);
      prober.answerAtOnce = ProbeReport.skipped("no probe thread free");
      run(200);

      assertThat(member.health()).isEqualTo(Health.UP);
      assertThat(member.lastProbe().orElseThrow().result().passed()).isTrue();
      assertThat(log.lines())
          .containsExactly("WARN pool watched: health probe was skipped: no probe thread free");
    }
  }

  @Test
  void theLastProbeIsKnown() throws IOException {
    assertThat(member.lastProbe()).isEmpty();
    start(every(100), Duration.ZERO);
    Eventually.holds("a probe under way", this::isPendingAfterAStep);
    run(30);
    prober.answer(ProbeReport.failed("connect refused"));

    PoolMember.LastProbe last = member.lastProbe().orElseThrow();
    assertThat(last.result()).isEqualTo(ProbeResult.fail("connect refused"));
    assertThat(last.duration()).isEqualTo(Duration.ofMillis(30));
    assertThat(last.at()).isBetween(Instant.now().minusSeconds(20), Instant.now());
    assertThat(last.monitor()).isEqualTo("scripted");
  }

  @Test
  void aStoppedMonitorGivesItsProbeUpAndBeginsNoOther() throws IOException {
    MemberMonitor monitor = start(every(10), Duration.ZERO);
    run(5);
    assertThat(prober.begun).hasSize(1);
    Consumer<ProbeReport> late = prober.pending;
    monitor.stop();
    late.accept(ProbeReport.failed("too late"));
    run(100);

    assertThat(prober.aborted).isEqualTo(1);
    assertThat(prober.begun).hasSize(1);
    assertThat(member.health()).isEqualTo(Health.UNKNOWN);
    assertThat(events.all()).isEmpty();
  }

  @Test
  void flipsAreBoundedByTheRowsThatTheyTake() throws IOException {
    start(every(10).rise(2).fall(3), Duration.ZERO);
    int probes = 0;
    while (nowMillis < 5000) {
      if (isPendingAfterAStep()) {
        boolean upNow = nowMillis / 50 % 2 == 0;
        prober.answer(upNow ? ProbeReport.PASSED : ProbeReport.failed("connect refused"));
        probes++;
      }
    }

    assertThat(probes).isGreaterThan(300);
    Eventually.holds("events", () -> !events.all().isEmpty());
    assertThat(events.ofMembers())
        .as("two for five probes")
        .hasSizeLessThanOrEqualTo(2 + 2 * probes / 5);
  }

  // ---- verdicts beyond up and down

  @Test
  void aDrainingVerdictKeepsNewFlowsAwayUntilAPlainPass() throws IOException {
    start(every(10), Duration.ZERO);
    answerNext(ProbeReport.PASSED);
    answerNext(ProbeReport.draining("status 503 (asks to be drained)"));
    assertThat(member.health()).isEqualTo(Health.UP);
    assertThat(member.isAvailable()).as("available while draining").isFalse();
    assertThat(member.adminState()).as("the operator's state").isEqualTo(AdminState.ENABLED);
    answerNext(ProbeReport.failed("connect refused"));
    assertThat(member.isAvailable()).as("available after one failure").isFalse();
    answerNext(ProbeReport.PASSED);

    assertThat(member.isAvailable()).as("available after a plain pass").isTrue();
  }

  @Test
  void ordersOfAnAgentReachThePoolAndSayNothingOfHealth() throws IOException {
    Check agent = agentBy(prober);
    start(HealthMonitor.by(agent).interval(Duration.ofMillis(10)).jitter(0), Duration.ZERO);
    answerNext(ProbeReport.advised(drain()));

    assertThat(member.isAvailable()).as("available").isFalse();
    assertThat(member.health()).isEqualTo(Health.UNKNOWN);
    assertThat(member.lastProbe().orElseThrow().result().passed()).isTrue();
    answerNext(ProbeReport.failed("connect refused"));
    answerNext(ProbeReport.failed("connect refused"));
    assertThat(member.health()).as("health without its agent").isEqualTo(Health.UNKNOWN);
  }

  @Test
  void ordersOfACheckThatJudgesAreNoVerdictEither() throws IOException {
    start(every(10), Duration.ZERO);
    answerNext(ProbeReport.advised(drain()));

    assertThat(member.isAvailable()).as("available").isFalse();
    assertThat(member.health()).isEqualTo(Health.UNKNOWN);
  }

  private static AgentOrders drain() {
    return new AgentOrders(
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.of(AgentOrders.Mode.DRAIN),
        Optional.empty(),
        "");
  }

  private static Check agentBy(Prober prober) {
    return new Check() {
      @Override
      public Prober proberOf(PoolMember watched, ProbeRoom room) {
        return prober;
      }

      @Override
      public boolean judges() {
        return false;
      }
    };
  }

  private void answerNext(ProbeReport report) {
    Eventually.holds("a probe under way", this::isPendingAfterAStep);
    prober.answer(report);
  }

  // ---- ejection

  private PoolMember ejected(Pool ofTwo) {
    PoolMember failing = ofTwo.members().get(0);
    for (int i = 0; i < 5; i++) {
      failing.flowFailed("connect refused");
    }
    Eventually.holds("ejected", failing::isEjected);
    return failing;
  }

  private void watch(PoolMember watched, HealthMonitor settings) throws IOException {
    MemberMonitor monitor = new MemberMonitor(watched, settings, new ProbeRoom(loop, threads));
    loop.runOnce(0);
    monitor.start(0);
  }

  private static Pool two() {
    Pool pool = Pool.builder("two").member("10.0.0.1", 80).member("10.0.0.2", 80).build();
    pool.retain();
    return pool;
  }

  @Test
  void aPassingProbeEndsAnEjection() throws IOException {
    Pool ofTwo = two();
    PoolMember failing = ejected(ofTwo);
    watch(failing, every(10).fall(1));
    answerNext(false);
    assertThat(failing.isEjected()).isTrue();
    answerNext(true);
    answerNext(true);

    assertThat(failing.isEjected()).isFalse();
    ofTwo.release();
  }

  @Test
  void aPassingPartOfAMemberThatIsDownAsAWholeEndsNoEjection() throws IOException {
    ScriptedProber other = new ScriptedProber();
    other.answerAtOnce = ProbeReport.PASSED;
    Pool ofTwo = two();
    PoolMember failing = ejected(ofTwo);
    HealthMonitor passing = HealthMonitor.by(checkBy("tcp", other));
    watch(failing, HealthMonitor.allOf(every(10), passing).interval(Duration.ofMillis(10)).fall(1));
    answerNext(false);
    run(100);

    assertThat(other.begun).hasSizeGreaterThan(3);
    assertThat(failing.isEjected()).isTrue();
    ofTwo.release();
  }

  // ---- combinations

  @Test
  void theCauseOfADownNamesThePart() throws IOException {
    ScriptedProber other = new ScriptedProber();
    other.answerAtOnce = ProbeReport.PASSED;
    HealthMonitor both =
        HealthMonitor.allOf(
            HealthMonitor.by(checkBy("tcp", other)),
            HealthMonitor.by(checkBy("http GET /health", prober)));
    AtomicReference<String> cause = new AtomicReference<>();
    Queue<PoolEvent> all = new ConcurrentLinkedQueue<>();
    Pool watched = Pool.builder("both").listener(all::add).member("10.0.0.1", 80).build();
    watched.retain();
    MemberMonitor monitor =
        new MemberMonitor(
            watched.members().get(0),
            both.interval(Duration.ofMillis(10)).rise(1).fall(1),
            new ProbeRoom(loop, threads));
    loop.runOnce(0);
    monitor.start(0);
    answerNext(ProbeReport.PASSED);
    Eventually.equal("health", Health.UP, watched.members().get(0)::health);
    answerNext(ProbeReport.failed("status 503 (expected: 200..399)"));
    Eventually.equal("health", Health.DOWN, watched.members().get(0)::health);
    watched.release();

    all.stream()
        .filter(PoolEvent.MemberDown.class::isInstance)
        .forEach(down -> cause.set(((PoolEvent.MemberDown) down).cause()));
    assertThat(cause).hasValue("http GET /health: status 503 (expected: 200..399)");
  }

  @Test
  void everyPartKeepsItsOwnTimes() throws IOException {
    ScriptedProber other = new ScriptedProber();
    other.answerAtOnce = ProbeReport.PASSED;
    prober.answerAtOnce = ProbeReport.PASSED;
    HealthMonitor slow = HealthMonitor.by(checkBy("other", other)).jitter(0);
    start(HealthMonitor.anyOf(every(10), slow.interval(Duration.ofMillis(100))), Duration.ZERO);
    run(1000);

    assertThat(other.begun).hasSizeBetween(9, 10);
    assertThat(prober.begun).hasSizeBetween(75, 100);
  }

  @Test
  void aSettingOfACombinationIsOneOfAllItsParts() throws IOException {
    ScriptedProber other = new ScriptedProber();
    other.answerAtOnce = ProbeReport.PASSED;
    prober.answerAtOnce = ProbeReport.PASSED;
    HealthMonitor inner = HealthMonitor.anyOf(HealthMonitor.by(checkBy("other", other)));
    start(
        HealthMonitor.allOf(every(10), inner).interval(Duration.ofMillis(50)).jitter(0),
        Duration.ZERO);
    run(1000);

    assertThat(other.begun).hasSizeBetween(18, 20);
    assertThat(prober.begun).hasSizeBetween(18, 20);
  }

  // ---- a pause of the process

  @Test
  void aFailureOfAProbeDuringWhichTheProcessWasHeldUpDoesNotCount() throws IOException {
    start(every(100).fall(1), Duration.ZERO);
    answerNext(true);
    Eventually.holds("a probe under way", this::isPendingAfterAStep);
    pause(Duration.ofSeconds(5));
    prober.answer(ProbeReport.failed("timed out"));

    assertThat(member.health()).isEqualTo(Health.UP);
    assertThat(member.probesSetAside()).isEqualTo(1);
    assertThat(member.lastProbe().orElseThrow().result().passed()).isTrue();
    int before = prober.begun.size();
    run(100 + (int) TICK_ROUNDING);
    assertThat(prober.begun).as("made anew within the interval").hasSize(before + 1);
    prober.answer(ProbeReport.failed("connect refused"));
    assertThat(member.health()).as("after one that counts").isEqualTo(Health.DOWN);
  }

  @Test
  void aPassDuringAPauseCounts() throws IOException {
    start(every(100), Duration.ZERO);
    Eventually.holds("a probe under way", this::isPendingAfterAStep);
    pause(Duration.ofSeconds(5));
    prober.answer(ProbeReport.PASSED);

    assertThat(member.health()).isEqualTo(Health.UP);
    assertThat(member.probesSetAside()).isZero();
  }

  @Test
  void aShortDelayOfTheLoopExcusesNothing() throws IOException {
    start(every(1000).fall(1), Duration.ZERO);
    answerNext(true);
    Eventually.holds("a probe under way", this::isPendingAfterAStep);
    pause(Duration.ofMillis(150));
    prober.answer(ProbeReport.failed("connect refused"));

    assertThat(member.health()).isEqualTo(Health.DOWN);
  }

  @Test
  void aHostThatIsAlwaysLateStillNoticesADeadMember() throws IOException {
    start(every(100).fall(1), Duration.ZERO);
    answerNext(true);
    for (int i = 0; i < 4; i++) {
      Eventually.holds("a probe under way", this::isPendingAfterAStep);
      assertThat(member.health()).as("after %d set aside", i).isEqualTo(Health.UP);
      pause(Duration.ofSeconds(1));
      prober.answer(ProbeReport.failed("timed out"));
    }

    assertThat(member.health()).isEqualTo(Health.DOWN);
    assertThat(member.probesSetAside()).isEqualTo(3);
  }

  private void pause(Duration length) throws IOException {
    clock.step(length);
    nowMillis += length.toMillis();
    loop.runOnce(0);
  }
}
