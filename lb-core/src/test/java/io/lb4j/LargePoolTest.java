package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of members whose health flips together. */
@Timeout(20)
class LargePoolTest {
  private static final int MEMBERS = 5000;

  private final AtomicInteger choosers = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicInteger events = new AtomicInteger();
  private Pool pool;

  @BeforeEach
  void use() {
    Pool.Builder builder =
        Pool.builder("large")
            .strategy(
                members -> {
                  choosers.incrementAndGet();
                  return flow -> members.get(0);
                })
            .listener(this::onEvent);
    for (int i = 0; i < MEMBERS; i++) {
      builder.member(TestPools.spec(i));
    }
    pool = builder.build();
    pool.retain();
    choosers.set(0);
  }

  @AfterEach
  void release() {
    pool.release();
  }

  private void onEvent(PoolEvent event) {
    if (event instanceof PoolEvent.MemberDown down) {
      events.incrementAndGet();
      if (pool.availableMembers().size() == MEMBERS) {
        wrong.add("heard that " + down.member() + " is down while all are available");
      }
    }
  }

  private void inOneTurn(Runnable what) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    pool.onControl(
        loop -> {
          what.run();
          done.countDown();
        });
    done.await();
  }

  @Test
  void membersThatFlipInOneTurnMakeOneView() throws Exception {
    List<PoolMember> half = pool.members().subList(0, MEMBERS / 2);
    inOneTurn(() -> half.forEach(member -> pool.setHealth(member, false, "ill")));
    Await.until("all events", () -> events.get() == half.size());

    assertThat(pool.availableMembers()).isEqualTo(pool.members().subList(MEMBERS / 2, MEMBERS));
    assertThat(choosers).as("new views").hasValueLessThanOrEqualTo(2);
    assertThat(wrong).isEmpty();
  }

  @Test
  void oneThatFlipsIsGoneAtTheEndOfTheTurn() throws Exception {
    PoolMember member = pool.members().get(7);
    inOneTurn(() -> pool.setHealth(member, false, "ill"));
    inOneTurn(() -> {});

    assertThat(pool.availableMembers()).hasSize(MEMBERS - 1).doesNotContain(member);
  }

  @Test
  void changeByTheHostBringsWhatWasFoundAlong() throws Exception {
    PoolMember ill = pool.members().get(7);
    PoolMember drained = pool.members().get(8);
    inOneTurn(
        () -> {
          pool.setHealth(ill, false, "ill");
          drained.drain();
          assertThat(pool.availableMembers()).doesNotContain(ill, drained);
        });
    assertThat(pool.availableMembers()).hasSize(MEMBERS - 2);
  }

  @Test
  void allThatComeBackAreAvailable() throws Exception {
    List<PoolMember> all = pool.members();
    inOneTurn(() -> all.forEach(member -> pool.setHealth(member, false, "ill")));
    inOneTurn(() -> all.forEach(member -> pool.setHealth(member, true, "")));
    inOneTurn(() -> {});

    assertThat(pool.availableMembers()).hasSize(MEMBERS);
  }
}
