package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipes of one loop, through which bulk goes from socket to socket without being copied. At
 * most {@value #MOST} are out at a time, and {@value #KEPT} are kept for the next flow. Where the
 * system gives none that is large enough (a limit on descriptors, on pipe memory of one user), it
 * is not asked again until a pipe is back or a hundred flows have gone without.
 */
final class PipePool {
  static final int PIPE_BYTES = 1024 * 1024;
  static final int MOST = 32;
  private static final int KEPT = 8;
  private static final int REFUSALS_BEFORE_NEXT_TRY = 100;
  private static final Logger LOG = LoggerFactory.getLogger(PipePool.class);

  private final Libc libc;
  private final MemorySegment ends;
  private boolean allowed;
  private final ArrayDeque<Pipe> free = new ArrayDeque<>();
  private final List<Pipe> all = new ArrayList<>();
  private int out;
  private int refusalsLeft;
  private boolean warned;

  /** The two descriptors of a pipe. */
  record Pipe(int readEnd, int writeEnd) {}

  PipePool(Libc libc, Arena arena, boolean allowed) {
    this.libc = libc;
    this.allowed = allowed;
    ends = arena.allocate(2 * Integer.BYTES, Integer.BYTES);
  }

  /** Whether bulk may go through pipes at all. */
  boolean isAllowed() {
    return allowed;
  }

  /** Lends an empty pipe; null when there is none to be had now. */
  Pipe borrow() {
    if (out == MOST || !allowed) {
      return null;
    }
    Pipe kept = free.pollFirst();
    Pipe pipe = kept == null ? open() : kept;
    out += pipe == null ? 0 : 1;
    return pipe;
  }

  private Pipe open() {
    if (refusalsLeft > 0) {
      refusalsLeft--;
      return null;
    }
    int result = libc.pipes.pipe(ends.address(), Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC);
    if (result < 0) {
      return refused("no pipe", result, "ulimit -n");
    }
    Pipe pipe =
        new Pipe(ends.get(ValueLayout.JAVA_INT, 0), ends.get(ValueLayout.JAVA_INT, Integer.BYTES));
    all.add(pipe);
    int size = libc.pipes.control(pipe.writeEnd(), Linux.F_SETPIPE_SZ, PIPE_BYTES);
    if (size < PIPE_BYTES) {
      destroy(pipe);
      return refused("no pipe of 1 MiB", size, "fs.pipe-user-pages-soft, fs.pipe-max-size");
    }
    return pipe;
  }

  private Pipe refused(String what, int result, String limits) {
    refusalsLeft = REFUSALS_BEFORE_NEXT_TRY;
    if (!warned) {
      warned = true;
      String reason = Libc.message(-result);
      LOG.warn("{} for bulk, which is copied instead: {} (limits: {})", what, reason, limits);
    }
    return null;
  }

  /** The system does not splice after all: bulk is copied from now on. */
  void forbid(long result) {
    if (allowed) {
      allowed = false;
      LOG.warn("the system refuses splice: bulk is copied ({})", Libc.message((int) -result));
    }
  }

  /** Takes a pipe back that is empty. */
  void giveBack(Pipe pipe) {
    out--;
    refusalsLeft = 0;
    if (free.size() < KEPT) {
      free.addFirst(pipe);
    } else {
      destroy(pipe);
    }
  }

  /** Takes a pipe back with bytes in it that nobody wants. */
  void discard(Pipe pipe) {
    out--;
    refusalsLeft = 0;
    destroy(pipe);
  }

  private void destroy(Pipe pipe) {
    all.remove(pipe);
    libc.close(pipe.readEnd());
    libc.close(pipe.writeEnd());
  }

  /** Closes all, also those that are lent. */
  void close() {
    List.copyOf(all).forEach(this::destroy);
    free.clear();
  }
}
