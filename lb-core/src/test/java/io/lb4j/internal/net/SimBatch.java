package io.lb4j.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** Writes that are made together, or not: chance decides, as it does about what a write takes. */
final class SimBatch implements WriteBatch {
  /** One write; what it takes is seen by a view of the payload. */
  private static final class Write {
    final StreamSocket sink;
    final ByteBuffer view;
    final int before;
    Optional<IOException> failure = Optional.empty();
    boolean made;

    Write(StreamSocket sink, ByteBuffer payload) {
      this.sink = sink;
      view = payload.duplicate();
      before = payload.position();
    }
  }

  private final Random random;
  private final Write[] writes = new Write[Tray.PLACES];

  SimBatch(Random random) {
    this.random = random;
  }

  @Override
  public boolean begin(int count) {
    Arrays.fill(writes, null);
    return random.nextBoolean();
  }

  @Override
  public void add(int place, StreamSocket sink, ByteBuffer payload) {
    if (writes[place] != null) {
      throw new AssertionError("place " + place + " has a write");
    }
    if (random.nextInt(8) != 0) {
      writes[place] = new Write(sink, payload);
    }
  }

  @Override
  public void make() {
    for (Write write : writes) {
      if (write != null && random.nextInt(16) != 0) {
        make(write);
      }
    }
  }

  private static void make(Write write) {
    write.made = true;
    try {
      write.sink.write(write.view);
    } catch (IOException gone) {
      write.failure = Optional.of(gone);
    }
  }

  @Override
  public boolean isMade(int place) {
    return writes[place] != null && writes[place].made;
  }

  @Override
  public int result(int place, ByteBuffer payload) throws IOException {
    Write write = writes[place];
    writes[place] = null; // to be asked once
    if (payload.position() != write.before) {
      throw new AssertionError("asked of another payload");
    }
    if (write.failure.isPresent()) {
      throw write.failure.get();
    }
    payload.position(write.view.position());
    return write.view.position() - write.before;
  }
}
