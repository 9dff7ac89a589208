package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a pool tells that nobody takes new clients, and that somebody does again. */
@Timeout(20)
class PoolAvailabilityTest {
  private static final String NOBODY = "NoMemberAvailable";
  private static final String SOMEBODY = "MembersAvailable";

  private final SteppedClock clock = new SteppedClock();
  private final RecordedEvents events = new RecordedEvents();
  private final List<PoolEvent> ofThePool = new CopyOnWriteArrayList<>();
  private Pool pool;
  private boolean inUse;

  private void build(Pool.Builder builder) {
    pool = builder.clock(clock).listener(events).listener(this::onEvent).build();
  }

  private void onEvent(PoolEvent event) {
    if (!(event instanceof PoolEvent.MemberEvent)) {
      ofThePool.add(event);
    }
  }

  private static Pool.Builder pair() {
    return Pool.builder("web").member(TestPools.spec(0)).member(TestPools.spec(1));
  }

  private void use(Pool.Builder builder) {
    build(builder);
    retain();
  }

  private void retain() {
    pool.retain();
    inUse = true;
  }

  @AfterEach
  void release() {
    if (inUse) {
      inUse = false;
      pool.release();
    }
  }

  private PoolMember member(int index) {
    return pool.members().get(index);
  }

  private void up(int index) {
    pool.setHealth(member(index), true, "");
  }

  private void down(int... indices) {
    for (int index : indices) {
      pool.setHealth(member(index), false, "connect refused");
    }
  }

  /** What listeners have heard when the control thread has done all that it was told to. */
  private List<String> heard() {
    CountDownLatch done = new CountDownLatch(inUse ? 1 : 0);
    pool.onControl(loop -> done.countDown());
    await(done);
    return events.all();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException overTime) {
      throw new AssertionError(overTime);
    }
  }

  private List<PoolEvent> heardOfThePool() {
    heard();
    return ofThePool;
  }

  // ---- going and coming back

  @Test
  void theLastThatGoesDownAndTheFirstThatIsBackAreToldAfterTheirOwnEvents() {
    use(pair());
    down(0, 1);
    up(0);
    up(1);

    assertThat(heard())
        .containsExactly(
            "down 10.0.0.1:80",
            "down 10.0.0.2:80",
            NOBODY,
            "up 10.0.0.1:80",
            SOMEBODY,
            "up 10.0.0.2:80");
    assertThat(ofThePool)
        .containsExactly(
            new PoolEvent.NoMemberAvailable(pool, 2), new PoolEvent.MembersAvailable(pool, 1, 2));
  }

  @Test
  void flowsAreRefusedWhenItIsTold() {
    List<MemberChoice.Choice> choices = new ArrayList<>();
    PersistencePolicy none = PersistencePolicy.none();
    use(
        pair()
            .listener(
                event -> {
                  if (event instanceof PoolEvent.NoMemberAvailable) {
                    choices.add(TestPools.choice(pool, none, clock).choose(new StubFlow()));
                  }
                }));
    down(0, 1);
    heard();

    assertThat(choices).containsExactly(new MemberChoice.Refused(CloseReason.NO_MEMBER));
  }

  @Test
  void everyLossIsToldAnew() {
    use(pair());
    for (int i = 0; i < 3; i++) {
      down(0, 1);
      up(1);
    }

    assertThat(heard()).filteredOn(NOBODY::equals).hasSize(3);
    assertThat(events.all()).filteredOn(SOMEBODY::equals).hasSize(3);
  }

  @Test
  void anOperatorMayTakeTheLastOneOut() {
    use(pair());
    member(0).disable();
    member(1).drain();
    member(1).disable();
    member(0).enable();

    assertThat(heard())
        .containsExactly(
            "DISABLED 10.0.0.1:80",
            "DRAINING 10.0.0.2:80",
            NOBODY,
            "DISABLED 10.0.0.2:80",
            "ENABLED 10.0.0.1:80",
            SOMEBODY);
  }

  @Test
  void anEmptyPoolHasNobody() {
    use(pair());
    pool.replaceMembers(List.of());
    pool.add("10.0.0.9", 80);

    assertThat(heardOfThePool())
        .containsExactly(
            new PoolEvent.NoMemberAvailable(pool, 0), new PoolEvent.MembersAvailable(pool, 1, 1));
  }

  @Test
  void replacingAllByOthersIsNoLoss() {
    use(pair());
    pool.replaceMembers(List.of(TestPools.spec(2), TestPools.spec(3)));

    assertThat(heardOfThePool()).isEmpty();
  }

  @Test
  void membersThatGoDownTogetherAreToldAllBeforeIt() {
    Pool.Builder builder = Pool.builder("web");
    IntStream.range(0, 150).mapToObj(TestPools::spec).forEach(builder::member);
    use(builder);
    pool.onControl(loop -> pool.members().forEach(each -> pool.setHealth(each, false, "ill")));

    Eventually.equal("events", 151, () -> events.all().size());
    assertThat(events.all()).last().isEqualTo(NOBODY);
  }

  // ---- who counts

  @Test
  void inAPanicSomebodyTakesNewClients() {
    use(pair().panicThreshold(50));
    down(0, 1);
    assertThat(heardOfThePool()).containsExactly(new PoolEvent.PanicBegan(pool, 0, 2));
    member(0).disable();
    assertThat(heardOfThePool()).hasSize(1);
    member(1).disable();
    member(0).enable();

    assertThat(heardOfThePool())
        .containsExactly(
            new PoolEvent.PanicBegan(pool, 0, 2),
            new PoolEvent.PanicEnded(pool, 0, 0),
            new PoolEvent.NoMemberAvailable(pool, 2),
            new PoolEvent.PanicBegan(pool, 0, 1),
            new PoolEvent.MembersAvailable(pool, 1, 2));
  }

  @Test
  void aBackupMemberTakesNewClients() {
    use(pair().member(TestPools.spec(2).backup()));
    down(0, 1);
    assertThat(heardOfThePool()).as("while the backup is there").isEmpty();
    down(2);
    up(2);

    assertThat(heardOfThePool())
        .containsExactly(
            new PoolEvent.NoMemberAvailable(pool, 3), new PoolEvent.MembersAvailable(pool, 1, 3));
  }

  @Test
  void aMemberOnTrialTakesNewClients() {
    use(pair());
    pool.eject(member(0), "told to");
    down(1);
    assertThat(heardOfThePool()).containsExactly(new PoolEvent.NoMemberAvailable(pool, 2));
    clock.step(Duration.ofSeconds(30));
    pool.advance();

    assertThat(heard()).endsWith(NOBODY, "ontrial 10.0.0.1:80", SOMEBODY);
    assertThat(ofThePool).endsWith(new PoolEvent.MembersAvailable(pool, 1, 2));
  }

  // ---- not in use, beginning and end

  @Test
  void aPoolThatIsNotInUseTellsNothing() {
    build(pair());
    member(0).disable();
    member(1).disable();
    member(0).enable();

    assertThat(heardOfThePool()).isEmpty();
  }

  @Test
  void membersNotYetProbedAreNoLossAndTheirFirstPassIsNoReturn() {
    HealthMonitor silent =
        HealthMonitor.ofAsync(any -> new CompletableFuture<>()).initially(Health.DOWN);
    use(pair().monitor(silent));
    assertThat(pool.availableMembers()).isEmpty();
    up(0);
    assertThat(heard()).containsExactly("up 10.0.0.1:80");
    down(0);

    assertThat(heard()).endsWith("down 10.0.0.1:80", NOBODY);
  }

  @Test
  void aPoolWhoseUseBeginsWithNobodyHasLostNobody() {
    use(pair());
    release();
    member(0).disable();
    member(1).disable();
    retain();
    member(0).enable();
    assertThat(heardOfThePool()).isEmpty();
    member(0).disable();

    assertThat(heardOfThePool()).containsExactly(new PoolEvent.NoMemberAvailable(pool, 2));
  }

  @Test
  void theEndOfItsUseIsNoReturnAndTheNextUseIsABeginning() {
    use(pair());
    down(0, 1);
    heard();
    release();
    assertThat(pool.availableMembers()).hasSize(2);
    assertThat(heardOfThePool()).containsExactly(new PoolEvent.NoMemberAvailable(pool, 2));
    retain();
    up(0);
    assertThat(heardOfThePool()).hasSize(1);
    down(0, 1);

    assertThat(heardOfThePool()).hasSize(2);
  }

  @Test
  void aLossThatIsNotToldYetWhenTheUseEndsIsNotToldInTheNext() throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    PoolListener slow =
        event -> {
          if (event instanceof PoolEvent.MemberReweighted) {
            blocked.countDown();
            await(goOn);
          }
        };
    use(Pool.builder("web").member(TestPools.spec(0)).listener(slow));
    member(0).reweight(7);
    await(blocked);
    member(0).disable();
    inUse = false;
    Thread ending = new Thread(pool::release);
    ending.start();
    Eventually.equal("in use", false, () -> pool.control().isPresent());
    member(0).enable();
    retain();
    goOn.countDown();
    ending.join();

    assertThat(heard()).contains("DISABLED 10.0.0.1:80").doesNotContain(NOBODY, SOMEBODY);
  }

  // ---- the log

  @Test
  void theLogSaysThatClientsAreRefused() {
    assertThat(logged(pair()))
        .containsExactly(
            "WARN pool web: none of its 2 members takes new clients; they are refused",
            "INFO pool web: 1 of 2 members take new clients again");
  }

  @Test
  void theLogSaysThatClientsOfAPoolWithAQueueWait() {
    assertThat(logged(pair().queue(QueuePolicy.ofLength(10).timeout(Duration.ofSeconds(1)))))
        .containsExactly(
            "WARN pool web: none of its 2 members takes new clients; they wait",
            "INFO pool web: 1 of 2 members take new clients again");
  }

  private List<String> logged(Pool.Builder builder) {
    try (LogCapture log = LogCapture.of(Pool.class)) {
      use(builder);
      down(0, 1);
      up(1);
      heard();
      return log.lines("pool web");
    }
  }
}
