package io.lb4j.internal.net;

import java.io.IOException;

/**
 * Two sockets and a pipe between them: {@code splice} moves pages from the one into the pipe and
 * from the pipe into the other, and no byte passes through the process.
 */
final class SpliceConduit implements Conduit {
  private static final int FLAGS = Linux.SPLICE_F_MOVE | Linux.SPLICE_F_NONBLOCK;

  private final EpollSocket source;
  private final EpollSocket sink;
  private final PipePool pool;
  private final PipePool.Pipe pipe;
  private long held;
  private boolean closed;

  SpliceConduit(EpollSocket source, EpollSocket sink, PipePool pool, PipePool.Pipe pipe) {
    this.source = source;
    this.sink = sink;
    this.pool = pool;
    this.pipe = pipe;
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
    long count = source.spliceInto(pipe.writeEnd(), PipePool.PIPE_BYTES, FLAGS);
    held = Math.max(count, 0);
    return count;
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
    return before - held;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (held == 0) {
      pool.giveBack(pipe);
    } else {
      held = 0;
      pool.discard(pipe);
    }
  }
}
