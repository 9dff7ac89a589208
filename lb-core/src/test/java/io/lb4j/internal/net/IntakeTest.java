package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.net.Intake.Rest;
import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** First bytes on a simulated socket, which gives them in random pieces. */
class IntakeTest {
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final int BUDGET = 1000;

  private final ManualClock clock = new ManualClock();
  private final SimTransport transport = new SimTransport(new Random(1));
  private final EventLoop loop;
  private final SimSocket client;
  private final List<String> looks = new ArrayList<>();
  private final List<String> outcomes = new ArrayList<>();
  private final Intake intake;
  private int enough = Integer.MAX_VALUE;
  private Optional<Rest> rest = Optional.empty();
  private boolean throwOnLook;

  IntakeTest() throws IOException {
    loop = new EventLoop("sim", transport, clock);
    client = transport.poller().open();
    intake =
        new Intake(
            loop,
            client,
            BUDGET,
            new Intake.Reader() {
              @Override
              public boolean look(ByteBuffer bytes, Rest now) {
                if (throwOnLook) {
                  throw new IllegalStateException("on purpose");
                }
                assertThat(bytes.isReadOnly()).isTrue();
                looks.add(text(bytes));
                rest = Optional.of(now);
                return looks.get(looks.size() - 1).length() >= enough;
              }

              @Override
              public void onTaken() {
                outcomes.add("taken");
              }

              @Override
              public void onClientLost() {
                outcomes.add("lost");
              }

              @Override
              public void onIntakeFailure(Throwable failure) {
                outcomes.add("failed");
              }
            });
    intake.start(TIME.toNanos());
  }

  private static String text(ByteBuffer bytes) {
    return StandardCharsets.US_ASCII.decode(bytes).toString();
  }

  @AfterEach
  void nothingIsKept() {
    intake.drop();
    assertThat(loop.buffers().held()).isZero();
  }

  private void turns() throws IOException {
    for (int i = 0; i < 30; i++) {
      loop.runOnce(0);
    }
  }

  private void clientSends(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    client.farSend(bytes, 0, bytes.length);
    turns();
  }

  private String taken() {
    return intake
        .take()
        .map(
            bytes -> {
              String text = text(bytes.duplicate());
              loop.buffers().release(bytes);
              return text;
            })
        .orElse("nothing");
  }

  @Test
  void everyLookShowsAllThatCame() throws IOException {
    enough = 6;
    clientSends("abc");
    assertThat(outcomes).isEmpty();
    clientSends("def");
    assertThat(looks).last().isEqualTo("abcdef");
    assertThat(looks).allSatisfy(look -> assertThat("abcdef").startsWith(look));
    assertThat(outcomes).containsExactly("taken");
    assertThat(taken()).isEqualTo("abcdef");
  }

  @Test
  void nothingIsReadAfterEnoughWasSeen() throws IOException {
    enough = 1;
    clientSends("a");
    int before = looks.size();
    clientSends("rest");
    assertThat(looks).hasSize(before);
    assertThat(taken()).isEqualTo("a");
  }

  @Test
  void whatIsTooMuchIsLeftToRead() throws IOException {
    clientSends("x".repeat(BUDGET + 500));
    assertThat(rest).contains(Rest.NO_ROOM);
    assertThat(outcomes).containsExactly("taken");
    assertThat(taken()).hasSize(BUDGET);
  }

  @Test
  void timeIsUpWhetherSomethingCameOrNot() throws IOException {
    clock.advance(TIME.plusMillis(5));
    turns();
    assertThat(rest).contains(Rest.TIME_UP);
    assertThat(outcomes).containsExactly("taken");
    assertThat(taken()).isEqualTo("nothing");
  }

  @Test
  void moreTimeMayBeGiven() throws IOException {
    clock.advance(TIME.minusMillis(10));
    turns();
    intake.allow(TIME.toNanos());
    clock.advance(TIME.minusMillis(10));
    turns();
    assertThat(outcomes).isEmpty();
  }

  @Test
  void endOfTheStreamIsTheLastLook() throws IOException {
    clientSends("abc");
    client.farEnd();
    turns();
    assertThat(rest).contains(Rest.ENDED);
    assertThat(taken()).isEqualTo("abc");
  }

  @Test
  void resetOfTheClientIsTold() throws IOException {
    client.farReset();
    turns();
    assertThat(outcomes).containsExactly("lost");
  }

  @Test
  void skippedBytesAreForgotten() throws IOException {
    clientSends("abcdef");
    intake.skip(4);
    enough = 3;
    clientSends("g");
    assertThat(looks).last().isEqualTo("efg");
    assertThat(taken()).isEqualTo("efg");
  }

  @Test
  void failureOfALookEndsIt() throws IOException {
    throwOnLook = true;
    clientSends("a");
    clientSends("b");
    assertThat(outcomes).containsExactly("failed");
  }
}
