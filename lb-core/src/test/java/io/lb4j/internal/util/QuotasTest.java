package io.lb4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.util.Quotas.Answer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QuotasTest {
  private static final QuotaLimits TWO_AT_ONCE = new QuotaLimits(2, TokenRate.UNLIMITED, 1000);
  private static final QuotaLimits THREE_A_SECOND = rate(3, 1000);

  private final ManualClock clock = new ManualClock();
  private final Quotas<String> quotas = new Quotas<>();

  private static QuotaLimits rate(int perSecond, int keys) {
    return new QuotaLimits(Integer.MAX_VALUE, TokenRate.perSecond(perSecond), keys);
  }

  private Answer enter(String key, QuotaLimits limits) {
    return quotas.enter(key, limits, clock.nanoTime());
  }

  @Test
  void eachKeyHasSoManyPlacesAtOnce() {
    assertThat(enter("a", TWO_AT_ONCE)).isEqualTo(Answer.IN);
    assertThat(enter("a", TWO_AT_ONCE)).isEqualTo(Answer.IN);
    assertThat(enter("a", TWO_AT_ONCE)).isEqualTo(Answer.TOO_MANY);
    assertThat(enter("b", TWO_AT_ONCE)).isEqualTo(Answer.IN);
    quotas.leave("a");
    assertThat(enter("a", TWO_AT_ONCE)).isEqualTo(Answer.IN);
    assertThat(enter("a", TWO_AT_ONCE)).isEqualTo(Answer.TOO_MANY);
  }

  @Test
  void eachKeyTakesSoManyPlacesInASecond() {
    for (int i = 0; i < 3; i++) {
      assertThat(enter("a", THREE_A_SECOND)).isEqualTo(Answer.IN);
      quotas.leave("a");
    }
    assertThat(enter("a", THREE_A_SECOND)).isEqualTo(Answer.TOO_FAST);
    assertThat(enter("b", THREE_A_SECOND)).isEqualTo(Answer.IN);
    clock.advance(Duration.ofMillis(334));
    assertThat(enter("a", THREE_A_SECOND)).isEqualTo(Answer.IN);
    assertThat(enter("a", THREE_A_SECOND)).isEqualTo(Answer.TOO_FAST);
  }

  @Test
  void whoIsTooFastTakesNoPlace() {
    QuotaLimits both = new QuotaLimits(2, TokenRate.perSecond(1), 1000);
    assertThat(enter("a", both)).isEqualTo(Answer.IN);
    assertThat(enter("a", both)).isEqualTo(Answer.TOO_FAST);
    clock.advance(Duration.ofSeconds(1));
    assertThat(enter("a", both)).isEqualTo(Answer.IN);
  }

  @Test
  void limitsMayChangeBetweenTwoPlaces() {
    assertThat(enter("a", TWO_AT_ONCE)).isEqualTo(Answer.IN);
    QuotaLimits one = new QuotaLimits(1, TokenRate.UNLIMITED, 1000);
    assertThat(enter("a", one)).isEqualTo(Answer.TOO_MANY);
    assertThat(enter("a", THREE_A_SECOND)).isEqualTo(Answer.IN);
  }

  @Test
  void keysThatSayNothingAnyMoreMakeWay() {
    for (int i = 0; i < 500; i++) {
      enter("old" + i, THREE_A_SECOND);
      quotas.leave("old" + i);
    }
    assertThat(quotas.size()).isEqualTo(500);
    clock.advance(Duration.ofMillis(1100));
    for (int i = 0; i < 200; i++) {
      enter("new" + i, THREE_A_SECOND);
    }
    assertThat(quotas.size()).isEqualTo(200);
  }

  @Test
  void keysWithAPlaceStay() {
    enter("a", TWO_AT_ONCE);
    enter("a", TWO_AT_ONCE);
    clock.advance(Duration.ofDays(1));
    for (int i = 0; i < 5000; i++) {
      enter("b" + i, TWO_AT_ONCE);
      quotas.leave("b" + i);
    }
    assertThat(quotas.size()).isLessThan(50);
    assertThat(enter("a", TWO_AT_ONCE)).isEqualTo(Answer.TOO_MANY);
  }

  @Test
  void atTheBoundAKeyWithoutAPlaceMakesWayBeforeItsTime() {
    QuotaLimits small = rate(1, 10);
    for (int i = 0; i < 10; i++) {
      enter("a" + i, small);
      quotas.leave("a" + i);
    }
    assertThat(enter("b", small)).isEqualTo(Answer.IN);
    assertThat(quotas.size()).isEqualTo(10);
    assertThat(enter("a9", small)).as("still known").isEqualTo(Answer.TOO_FAST);
  }

  @Test
  void whenAllRoomIsTakenNewKeysAreNotLimitedAndOldOnesAre() {
    QuotaLimits small = new QuotaLimits(1, TokenRate.UNLIMITED, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(enter("a" + i, small)).isEqualTo(Answer.IN);
    }
    assertThat(enter("b", small)).isEqualTo(Answer.NOT_TRACKED);
    assertThat(enter("b", small)).isEqualTo(Answer.NOT_TRACKED);
    assertThat(enter("a0", small)).isEqualTo(Answer.TOO_MANY);
    quotas.leave("a1");
    assertThat(enter("b", small)).isEqualTo(Answer.IN);
    assertThat(quotas.size()).isEqualTo(3);
  }

  @Test
  void threadsNeverHoldMoreThanTheLimitsAndEverythingComesBack() throws Exception {
    int keys = 20;
    QuotaLimits tight = new QuotaLimits(3, TokenRate.UNLIMITED, 8);
    AtomicIntegerArray holding = new AtomicIntegerArray(keys);
    AtomicInteger broken = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(8);
    for (int i = 0; i < 8; i++) {
      Random random = new Random(i);
      new Thread(
              () -> {
                try {
                  for (int turn = 0; turn < 20_000; turn++) {
                    int key = random.nextInt(keys);
                    if (enter("k" + key, tight) == Answer.IN) {
                      broken.addAndGet(holding.incrementAndGet(key) > 3 ? 1 : 0);
                      broken.addAndGet(quotas.size() > 8 + 8 ? 1 : 0); // some are only looked for
                      holding.decrementAndGet(key);
                      quotas.leave("k" + key);
                    }
                  }
                } catch (RuntimeException failure) {
                  broken.incrementAndGet();
                } finally {
                  done.countDown();
                }
              })
          .start();
    }
    done.await();

    assertThat(broken).hasValue(0);
    assertThat(quotas.size()).isBetween(1, 8);
    for (int key = 0; key < keys; key++) {
      for (int place = 0; place < 3; place++) {
        assertThat(enter("k" + key, new QuotaLimits(3, TokenRate.UNLIMITED, 1000)))
            .isEqualTo(Answer.IN);
      }
    }
  }
}
