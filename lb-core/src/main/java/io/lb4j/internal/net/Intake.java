package io.lb4j.internal.net;

import io.lb4j.internal.util.Deadline;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in the first bytes of a connection before it is known where they go, until whoever reads
 * them has seen enough, no more may come, or the time is up. What came stays here until {@link
 * #take}, so that nothing is lost, however it was cut into pieces.
 *
 * <p>It is its own deadline, as there is one for every flow that is looked at.
 */
public final class Intake extends Deadline implements ReadyHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** Whether there may be more bytes than those that are shown. */
  public enum Rest {
    /** There may. */
    OPEN,
    /** The client has ended its stream. */
    ENDED,
    /** There is no room for more. */
    NO_ROOM,
    /** The time is up. */
    TIME_UP
  }

  /** Reads along; on the loop. */
  public interface Reader {
    /**
     * Looks at what has come so far; called again with more as long as it says so.
     *
     * @param bytes a read-only view of all bytes not skipped, good during the call only
     * @param rest if not {@link Rest#OPEN}, this is the last look
     * @return whether enough was seen
     */
    boolean look(ByteBuffer bytes, Rest rest);

    /** Enough was seen, or there will be no more to see. Called at most once. */
    void onTaken();

    /** The client has reset the connection. Called at most once, instead of {@link #onTaken}. */
    void onClientLost();

    /** A look has thrown. */
    void onIntakeFailure(Throwable failure);
  }

  private final EventLoop loop;
  private final StreamSocket socket;
  private final int budgetBytes;
  private final Reader reader;
  private ByteBuffer held; // null until something came; from position to limit
  private int room; // for this many bytes more
  private boolean over;

  /** Takes in at most so many bytes; nothing happens until {@link #start}. */
  public Intake(EventLoop loop, StreamSocket socket, int budgetBytes, Reader reader) {
    this.loop = loop;
    this.socket = socket;
    this.budgetBytes = budgetBytes;
    this.reader = reader;
    room = budgetBytes;
  }

  /** Begins to read, for at most this time. */
  public void start(long nanos) throws IOException {
    loop.arm(this, nanos);
    socket.watch(this, true, false);
  }

  /** Gives it this time from now on. */
  public void allow(long nanos) {
    loop.arm(this, nanos);
  }

  /**
   * Forgets the first bytes shown; during a look.
   *
   * @param count how many of them
   */
  public void skip(int count) {
    held.position(held.position() + count);
  }

  @Override
  public void onReady(boolean readable, boolean writable) {
    ByteBuffer desk = loop.buffers().desk();
    desk.limit(Math.min(desk.limit(), room));
    int count;
    try {
      count = socket.read(desk);
    } catch (IOException reset) {
      finish();
      reader.onClientLost();
      return;
    }
    if (count > 0) {
      room -= count;
      held = loop.buffers().append(held, desk.flip(), budgetBytes);
    }
    if (count != 0) {
      show(count < 0 ? Rest.ENDED : room == 0 ? Rest.NO_ROOM : Rest.OPEN);
    }
  }

  @Override
  protected void onDue() {
    try {
      show(Rest.TIME_UP);
    } catch (Throwable failure) {
      onHandlerFailure(failure);
    }
  }

  private void show(Rest rest) {
    ByteBuffer bytes = held == null ? BufferPool.NOTHING : held.asReadOnlyBuffer();
    boolean enough = reader.look(bytes, rest) || rest != Rest.OPEN;
    if (enough && !over) { // else the reader gave it up
      finish();
      reader.onTaken();
    }
  }

  private void finish() {
    over = true;
    loop.cancel(this);
    try {
      socket.watch(this, false, false);
    } catch (IOException closedMeanwhile) {
      LOG.trace("the first bytes of a socket that is closed", closedMeanwhile);
    }
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    finish();
    drop();
    reader.onIntakeFailure(failure);
    LastWords.say(LOG, "a flow ended by a failure of its intake", failure);
  }

  /** Hands on the bytes, which are the caller's to {@link BufferPool#release}; empty if none. */
  public Optional<ByteBuffer> take() {
    ByteBuffer taken = held;
    held = null;
    if (taken != null && !taken.hasRemaining()) {
      loop.buffers().release(taken);
      taken = null;
    }
    return Optional.ofNullable(taken);
  }

  /** Ends it, if it is not over, and forgets what was not taken. */
  public void drop() {
    over = true;
    loop.cancel(this);
    take().ifPresent(loop.buffers()::release);
  }
}
