package io.lb4j.internal.net;

import java.io.IOException;

/**
 * Two sockets and a pipe between them: {@code splice} moves pages from the one into the pipe and
 * from the pipe into the other, and no byte passes through the process. A pipe is held only as long
 * as there is something in it, so that a few serve many flows and stay in the processor's cache.
 */
final class SpliceConduit implements Conduit {
  private static final int FLAGS = Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK;

  private final EpollSocket source;
  private final EpollSocket sink;
  private final PipePool pool;
  private PipePool.Pipe pipe; // null when nothing is held
  private long held;

  SpliceConduit(EpollSocket source, EpollSocket sink, PipePool pool) {
    this.source = source;
    this.sink = sink;
    this.pool = pool;
  }

  @Override
  public boolean isEmpty() {
    return held == 0;
  }

  @Override
  public long fill() throws IOException {
    if (held > 0) {
      return 0; // so that a refusal always means the source, never the pipe
    }
    pipe = pool.borrow();
    if (pipe == null) {
      return -1; // to be copied instead
    }
    try {
      long count = source.spliceInto(pipe.writeEnd(), PipePool.PIPE_BYTES, FLAGS);
      held = Math.max(count, 0);
      return count;
    } finally {
      releaseIfEmpty();
    }
  }

  @Override
  public long drain() throws IOException {
    long before = held;
    while (held > 0) {
      long count = sink.spliceFrom(pipe.readEnd(), held, FLAGS);
      if (count == 0) {
        break;
      }
      held -= count;
    }
    releaseIfEmpty();
    return before - held;
  }

  private void releaseIfEmpty() {
    if (held == 0 && pipe != null) {
      pool.giveBack(pipe);
      pipe = null;
    }
  }

  @Override
  public void close() {
    if (held > 0) {
      held = 0;
      pool.discard(pipe);
      pipe = null;
    }
  }
}
