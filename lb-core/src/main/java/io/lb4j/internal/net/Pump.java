package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * One direction of a relay: what is read from the source is written to the sink in the same turn.
 * What the sink does not take waits here, at most one buffer, and until it is gone nothing more is
 * read: that is all of back-pressure.
 */
final class Pump {
  /** What a turn of the pump came to. */
  enum Result {
    /** Nothing more to do now. */
    PAUSED,
    /** The source's stream has ended and everything was passed on. */
    DRAINED,
    /** The source is gone: reading failed. */
    SOURCE_LOST,
    /** The sink is gone: writing failed. */
    SINK_LOST
  }

  /** Other flows of the loop get their turn after this many full buffers. */
  private static final int READS_PER_TURN = 4;

  private static final VarHandle BYTES;

  static {
    try {
      BYTES = MethodHandles.lookup().findVarHandle(Pump.class, "bytes", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final StreamSocket source;
  private final StreamSocket sink;
  private final BufferPool buffers;
  private ByteBuffer waiting;
  private boolean ended;
  private boolean discarding;
  private long bytes;

  Pump(StreamSocket source, StreamSocket sink, BufferPool buffers) {
    this.source = source;
    this.sink = sink;
    this.buffers = buffers;
  }

  /** Bytes read so far; any thread, possibly a little old. */
  long bytes() {
    return (long) BYTES.getOpaque(this);
  }

  /** Whether the source should be watched. */
  boolean wantsRead() {
    return !ended && waiting == null && !discarding;
  }

  /** Whether the sink should be watched. */
  boolean wantsWrite() {
    return waiting != null;
  }

  /** Whether the source's stream has ended, passed on or not. */
  boolean ended() {
    return ended;
  }

  /** Whether nothing is left to do in this direction. */
  boolean drained() {
    return discarding || (ended && waiting == null);
  }

  /** Moves what there is. */
  Result transfer(Relay relay) {
    for (int reads = 0; reads < READS_PER_TURN && wantsRead(); reads++) {
      ByteBuffer desk = buffers.desk();
      int count;
      try {
        count = source.read(desk);
      } catch (IOException reset) {
        ended = true;
        return Result.SOURCE_LOST;
      }
      if (count < 0) {
        ended = true;
        return Result.DRAINED;
      }
      if (count == 0) {
        return Result.PAUSED;
      }
      BYTES.setOpaque(this, bytes + count);
      boolean full = !desk.hasRemaining(); // then there may be more
      relay.show(this, desk.flip());
      try {
        sink.write(desk);
      } catch (IOException gone) {
        return Result.SINK_LOST;
      }
      relay.touch();
      if (desk.hasRemaining()) {
        waiting = buffers.keep(desk);
      }
      if (!full) {
        return Result.PAUSED;
      }
    }
    return Result.PAUSED;
  }

  /** Writes what waits. */
  Result flush(Relay relay) {
    if (waiting == null) {
      return Result.PAUSED;
    }
    try {
      if (buffers.write(sink, waiting) > 0) {
        relay.touch();
      }
    } catch (IOException gone) {
      return Result.SINK_LOST;
    }
    if (!waiting.hasRemaining()) {
      releaseWaiting();
      return ended ? Result.DRAINED : Result.PAUSED;
    }
    return Result.PAUSED;
  }

  /** Gives up this direction: nothing is read any more and what waits is dropped. */
  void discard() {
    discarding = true;
    releaseWaiting();
  }

  private void releaseWaiting() {
    if (waiting != null) {
      buffers.release(waiting);
      waiting = null;
    }
  }
}
