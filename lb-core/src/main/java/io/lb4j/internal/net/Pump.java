package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * One direction of a relay: what is read from the source is written to the sink in the same turn,
 * at once if it is much, and out of the {@link Tray} if it is little. What the sink does not take
 * waits here, at most one buffer, and until it is gone nothing more is read: that is all of
 * back-pressure.
 *
 * <p>Where the transport has a {@link Conduit}, bulk goes through it: from the second read in a row
 * on that fills the buffer, and until so little comes at a time that copying is cheaper. The
 * conduit then stands for the buffer in everything said above. A relay that shows its bytes to
 * someone, or limits their rate, copies always.
 *
 * <p>A direction with a limit reads no more at a time than it is allowed to, and nothing at all
 * until there is an allowance again; what was read is passed on at once as ever.
 */
abstract class Pump implements Tray.Sender {
  /** What a turn of the pump came to. */
  enum Result {
    /** There may be more to do now. */
    MOVED,
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
  private static final int MOVES_PER_TURN = 4;

  private static final int FULL_READS_BEFORE_CONDUIT = 2;

  /**
   * What is not worth a conduit, when it comes {@link #SMALL_FILLS_BEFORE_COPYING} times running.
   */
  static final int SMALL_FILL_BYTES = 16 * 1024;

  private static final int SMALL_FILLS_BEFORE_COPYING = 4;

  private static final VarHandle BYTES;

  static {
    try {
      BYTES = MethodHandles.lookup().findVarHandle(Pump.class, "bytes", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  final StreamSocket source;
  private final StreamSocket sink;
  private final BufferPool buffers;
  private ByteBuffer waiting;
  private boolean inTray;
  private Conduit conduit;
  private byte fullReads;
  private byte smallFills;
  private boolean ended;
  private boolean discarding;
  private Throttle throttle; // null unless the rate of this direction is limited
  private boolean paused;
  private long bytes;

  Pump(StreamSocket source, StreamSocket sink, BufferPool buffers) {
    this.source = source;
    this.sink = sink;
    this.buffers = buffers;
  }

  /** Takes over bytes that were read from the source before; at first, and from a kept buffer. */
  void begin(ByteBuffer first, int notCounted) {
    int count = first.remaining() - notCounted;
    BYTES.setOpaque(this, bytes + count);
    if (throttle != null) {
      throttle.spend(count);
    }
    waiting = first;
  }

  /** Bytes read so far; any thread, possibly a little old. */
  long bytes() {
    return (long) BYTES.getOpaque(this);
  }

  /** Limits what moves; before anything has. */
  void limit(Throttle limit) {
    throttle = limit;
  }

  /** Whether nothing is read for want of an allowance. */
  boolean isPaused() {
    return paused;
  }

  /** The pause is over. */
  void resume() {
    paused = false;
  }

  /** Whether the source should be watched. */
  boolean wantsRead() {
    return !ended && !discarding && !paused && !wantsWrite();
  }

  /** Whether the sink should be watched. */
  boolean wantsWrite() {
    return inTray || waiting != null || (conduit != null && !conduit.isEmpty());
  }

  @Override
  public boolean isInTray() {
    return inTray;
  }

  /** Whether the source's stream has ended, passed on or not. */
  boolean ended() {
    return ended;
  }

  /** Whether nothing is left to do in this direction. */
  boolean drained() {
    return discarding || (ended && !wantsWrite());
  }

  /** Moves what there is. */
  Result transfer(Relay relay) {
    Result result = Result.MOVED;
    for (int moves = 0; result == Result.MOVED && moves < MOVES_PER_TURN && wantsRead(); moves++) {
      result = conduit == null ? copy(relay) : convey(relay);
    }
    return result == Result.MOVED ? Result.PAUSED : result;
  }

  private Result copy(Relay relay) {
    ByteBuffer desk = buffers.desk();
    if (throttle != null && !limit(desk, relay)) {
      return Result.PAUSED;
    }
    int count;
    try {
      count = source.read(desk);
    } catch (IOException reset) {
      ended = true;
      return Result.SOURCE_LOST;
    }
    if (count <= 0) {
      return nothingCame(count);
    }
    BYTES.setOpaque(this, bytes + count);
    if (throttle != null) {
      throttle.spend(count);
    }
    boolean full = !desk.hasRemaining(); // then there may be more
    relay.show(this, desk.flip());
    if (!discarding && buffers.tray().take(desk, this)) {
      inTray = true;
    } else {
      try {
        sink.write(desk);
      } catch (IOException gone) {
        return Result.SINK_LOST;
      }
      relay.touch();
      if (desk.hasRemaining()) {
        waiting = buffers.keep(desk);
      }
      buffers.tray().empty(); // which may end this flow
    }
    fullReads = (byte) (full && throttle == null ? fullReads + 1 : 0);
    if (fullReads == FULL_READS_BEFORE_CONDUIT) {
      fullReads = 0;
      openConduit(relay);
    }
    return full ? Result.MOVED : Result.PAUSED;
  }

  /** Lets no more be read than may move now; false when that is nothing. */
  private boolean limit(ByteBuffer desk, Relay relay) {
    long now = relay.momentNanos();
    int allowed = throttle.allowance(now);
    if (allowed == 0) {
      paused = true;
      relay.resumeLater(this, throttle.pauseNanos(now));
      return false;
    }
    desk.limit(Math.min(desk.limit(), allowed));
    return true;
  }

  private Result nothingCame(int count) {
    if (count == 0) {
      return Result.PAUSED;
    }
    ended = true;
    return Result.DRAINED;
  }

  private void openConduit(Relay relay) {
    if (!relay.isSeen(this) && !discarding) {
      conduit = source.conduitTo(sink).orElse(null);
    }
  }

  private Result convey(Relay relay) {
    long count;
    try {
      count = conduit.fill();
    } catch (IOException reset) {
      ended = true;
      closeConduit();
      return Result.SOURCE_LOST;
    }
    if (count == 0) {
      return Result.PAUSED;
    }
    if (count < 0) {
      closeConduit();
      return Result.MOVED; // a read tells whether this is the end
    }
    BYTES.setOpaque(this, bytes + count);
    try {
      conduit.drain();
    } catch (IOException gone) {
      return Result.SINK_LOST;
    }
    relay.touch();
    if (count >= SMALL_FILL_BYTES) {
      smallFills = 0;
    } else if (smallFills < SMALL_FILLS_BEFORE_COPYING) {
      smallFills++;
    }
    if (smallFills == SMALL_FILLS_BEFORE_COPYING && conduit.isEmpty()) {
      closeConduit();
    }
    buffers.tray().empty();
    return Result.PAUSED; // by the next turn there is more, and it costs the same to move
  }

  @Override
  public StreamSocket sink() {
    return sink;
  }

  /** Writes what lay in the tray. */
  Result send(ByteBuffer payload, Relay relay) {
    inTray = false;
    try {
      buffers.tray().write(sink, payload);
    } catch (IOException gone) {
      return Result.SINK_LOST;
    }
    relay.touch();
    if (payload.hasRemaining()) {
      waiting = buffers.copyOf(payload);
    }
    return Result.PAUSED;
  }

  /** Writes what waits. */
  Result flush(Relay relay) {
    if (inTray || !wantsWrite()) {
      return Result.PAUSED;
    }
    try {
      if (flushBuffer() + flushConduit() > 0) {
        relay.touch();
      }
    } catch (IOException gone) {
      return Result.SINK_LOST;
    }
    return ended && !wantsWrite() ? Result.DRAINED : Result.PAUSED;
  }

  /** What was read before goes first. */
  private int flushBuffer() throws IOException {
    if (waiting == null) {
      return 0;
    }
    int count = buffers.write(sink, waiting);
    if (!waiting.hasRemaining()) {
      releaseWaiting();
    }
    return count;
  }

  private long flushConduit() throws IOException {
    return waiting == null && conduit != null ? conduit.drain() : 0;
  }

  /** Gives up this direction: nothing is read any more and what waits is dropped. */
  void discard() {
    discarding = true;
    inTray = false;
    releaseWaiting();
    closeConduit();
  }

  private void closeConduit() {
    smallFills = 0;
    if (conduit != null) {
      conduit.close();
      conduit = null;
    }
  }

  private void releaseWaiting() {
    if (waiting != null) {
      buffers.release(waiting);
      waiting = null;
    }
  }
}
