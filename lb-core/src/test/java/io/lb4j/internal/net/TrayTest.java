package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lb4j.internal.util.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongToIntFunction;
import org.junit.jupiter.api.Test;

class TrayTest {
  private static final int PLACE_BYTES = 10;

  private final Tray tray = new Tray(PLACE_BYTES);
  private final List<String> sent = new ArrayList<>();
  private final Recorder recorder = new Recorder();

  TrayTest() {
    tray.prepare();
  }

  private class Recorder implements Tray.Sender {
    @Override
    public StreamSocket sink() {
      throw new AssertionError("not written together");
    }

    @Override
    public boolean isInTray() {
      return true;
    }

    @Override
    public void send(ByteBuffer payload) {
      sent.add(StandardCharsets.US_ASCII.decode(payload).toString());
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      sent.add(failure.getMessage());
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void payloadsAreSentInTheOrderInWhichTheyCame() {
    ByteBuffer desk = bytes("..one");
    desk.position(2);
    assertThat(tray.take(desk, recorder)).isTrue();
    desk.clear().put(bytes("two"));
    assertThat(tray.take(desk.flip(), recorder)).isTrue();
    assertThat(sent).isEmpty();
    tray.empty();
    assertThat(sent).containsExactly("one", "two");
    tray.empty();
    assertThat(sent).as("sent once").hasSize(2);
  }

  @Test
  void whatIsTooLargeIsNotTaken() {
    assertThat(tray.take(bytes("0123456789"), recorder)).isTrue();
    assertThat(tray.take(bytes("01234567890"), recorder)).isFalse();
    tray.empty();
    assertThat(sent).containsExactly("0123456789");
  }

  @Test
  void nothingIsTakenWhenAllPlacesAre() {
    for (int i = 0; i < Tray.PLACES; i++) {
      assertThat(tray.take(bytes("x" + i), recorder)).isTrue();
    }
    assertThat(tray.take(bytes("more"), recorder)).isFalse();
    tray.empty();
    assertThat(sent).hasSize(Tray.PLACES).endsWith("x" + (Tray.PLACES - 1));
    assertThat(tray.take(bytes("more"), recorder)).as("places are free again").isTrue();
  }

  @Test
  void nothingIsTakenBeforeThereIsMemory() {
    assertThat(new Tray(PLACE_BYTES).take(bytes("x"), recorder)).isFalse();
  }

  @Test
  void loopThatHasNoMemoryForItReadsAndWritesWithoutIt() {
    BufferPool buffers = new BufferPool(1000, Integer.MAX_VALUE / Tray.PLACES);
    buffers.prepare();
    assertThat(buffers.desk().remaining()).isEqualTo(1000);
    assertThat(buffers.tray().take(bytes("x"), recorder)).isFalse();
  }

  @Test
  void whatComesWhileItIsEmptiedIsSentAsWell() {
    tray.take(
        bytes("first"),
        new Recorder() {
          @Override
          public void send(ByteBuffer payload) {
            tray.take(bytes("third"), recorder);
            tray.empty(); // is under way
            super.send(payload);
          }
        });
    tray.take(bytes("second"), recorder);
    tray.empty();
    assertThat(sent).containsExactly("first", "second", "third");
  }

  @Test
  void failureIsItsOwnSendersAlone() {
    tray.take(bytes("first"), recorder);
    tray.take(
        bytes("bad"),
        new Recorder() {
          @Override
          public void send(ByteBuffer payload) {
            throw new IllegalStateException("on purpose");
          }
        });
    tray.take(bytes("last"), recorder);
    tray.empty();
    assertThat(sent).containsExactly("first", "on purpose", "last");
  }

  @Test
  void failureThatCannotEvenBeToldIsItsOwnSendersAlone() {
    tray.take(
        bytes("bad"),
        new Recorder() {
          @Override
          public void send(ByteBuffer payload) {
            throw new IllegalStateException("on purpose");
          }

          @Override
          public void onHandlerFailure(Throwable failure) {
            throw new OutOfMemoryError("on purpose");
          }
        });
    tray.take(bytes("last"), recorder);
    tray.empty();
    assertThat(sent).containsExactly("last");
    assertThat(tray.take(bytes("later"), recorder)).isTrue();
    tray.empty();
    assertThat(sent).containsExactly("last", "later");
  }

  /** A loop with a tray, of which every wait leaves something in it. */
  private EventLoop loopThatReads(BufferPool buffers, LongToIntFunction outcome)
      throws IOException {
    buffers.prepare();
    FakePoller poller = new FakePoller();
    poller.wait =
        timeout -> {
          sent.add("waits");
          buffers.tray().take(bytes("read"), recorder);
          return outcome.applyAsInt(timeout);
        };
    return new EventLoop("test", poller, new ManualClock(), buffers);
  }

  @Test
  void loopEmptiesItBeforeItWaitsAndAfterItHasRead() throws IOException {
    BufferPool buffers = new BufferPool();
    EventLoop loop = loopThatReads(buffers, timeout -> 1);
    loop.execute(() -> buffers.tray().take(bytes("command"), recorder));
    loop.runOnce(TimeUnit.SECONDS.toNanos(1));
    assertThat(sent).containsExactly("command", "waits", "read");
  }

  @Test
  void loopEmptiesItAlsoWhenItsPollerFails() throws IOException {
    EventLoop loop =
        loopThatReads(
            new BufferPool(),
            timeout -> {
              throw new IllegalStateException("on purpose");
            });
    assertThatThrownBy(() -> loop.runOnce(0)).hasMessage("on purpose");
    assertThat(sent).containsExactly("waits", "read");
  }

  // ---- together

  /** Notes what it is given and writes nothing. */
  private static final class Together implements WriteBatch {
    final Set<Integer> leftOut = new HashSet<>();
    final Set<Integer> made = new HashSet<>();
    final List<String> written = new ArrayList<>();
    int failsAt = -1;
    int addFailsAt = -1;

    @Override
    public boolean begin(int writes) {
      made.clear();
      return writes > 1;
    }

    @Override
    public void add(int place, StreamSocket sink, ByteBuffer payload) {
      if (place == addFailsAt) {
        throw new OutOfMemoryError("add");
      }
      if (!leftOut.contains(place)) {
        made.add(place);
        written.add(StandardCharsets.US_ASCII.decode(payload.duplicate()).toString());
      }
    }

    @Override
    public void make() {}

    @Override
    public boolean isMade(int place) {
      return addFailsAt < 0 && made.contains(place);
    }

    @Override
    public int result(int place, ByteBuffer payload) throws IOException {
      if (place == failsAt) {
        throw new IOException("gone");
      }
      payload.position(payload.limit());
      return payload.limit();
    }
  }

  /** Writes to a simulated socket, by the tray. */
  private final class Writer implements Tray.Sender {
    final SimSocket sink = new SimSocket(new Random(1));
    boolean inTray = true;
    Runnable then = () -> {};

    @Override
    public StreamSocket sink() {
      return sink;
    }

    @Override
    public boolean isInTray() {
      return inTray;
    }

    @Override
    public void send(ByteBuffer payload) {
      if (!inTray) {
        return;
      }
      inTray = false;
      try {
        tray.write(sink, payload);
        sent.add("ok");
      } catch (IOException failure) {
        sent.add(failure.getMessage());
      }
      then.run();
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  private List<Writer> takeFromWriters(int count) {
    List<Writer> writers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      writers.add(new Writer());
      tray.take(bytes("w" + i), writers.get(i));
    }
    return writers;
  }

  @Test
  void payloadsAreWrittenTogetherAndEachSenderHearsWhatBecameOfItsOwn() {
    Together together = new Together();
    together.failsAt = 1;
    tray.writeWith(together);
    List<Writer> writers = takeFromWriters(3);
    tray.empty();
    assertThat(together.written).containsExactly("w0", "w1", "w2");
    assertThat(sent).containsExactly("ok", "gone", "ok");
    assertThat(writers).allSatisfy(each -> assertThat(each.sink.farReceived()).isEmpty());
  }

  @Test
  void whatWasLeftOutIsWrittenByItself() {
    Together together = new Together();
    together.leftOut.add(1);
    tray.writeWith(together);
    List<Writer> writers = takeFromWriters(3);
    tray.empty();
    assertThat(sent).containsExactly("ok", "ok", "ok");
    assertThat(writers.get(1).sink.farReceived()).asString().isEqualTo("w1");
    assertThat(together.written).containsExactly("w0", "w2");
  }

  @Test
  void payloadThatIsNoLongerToBeSentIsNotAdded() {
    Together together = new Together();
    tray.writeWith(together);
    List<Writer> writers = takeFromWriters(3);
    writers.get(1).inTray = false;
    tray.empty();
    assertThat(together.written).containsExactly("w0", "w2");
    assertThat(sent).containsExactly("ok", "ok");
  }

  @Test
  void batchThatCannotBeMadeIsWrittenOneByOne() {
    Together together = new Together();
    together.addFailsAt = 1;
    tray.writeWith(together);
    List<Writer> writers = takeFromWriters(3);
    tray.empty();
    assertThat(sent).containsExactly("ok", "ok", "ok");
    assertThat(writers).allSatisfy(each -> assertThat(each.sink.farReceived()).hasSize(2));
  }

  @Test
  void whatComesWhileABatchIsToldOfIsWrittenByItself() {
    Together together = new Together();
    tray.writeWith(together);
    List<Writer> writers = takeFromWriters(2);
    Writer late = new Writer();
    writers.get(1).then = () -> tray.take(bytes("late"), late);
    tray.empty();
    assertThat(sent).containsExactly("ok", "ok", "ok");
    assertThat(late.sink.farReceived()).asString().isEqualTo("late");
  }
}
