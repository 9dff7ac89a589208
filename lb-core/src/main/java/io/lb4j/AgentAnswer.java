package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.ReadyHandler;
import io.lb4j.internal.net.StreamSocket;
import io.lb4j.internal.util.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One connection to an agent: it is answered whatever it asks, and closed when it has ended. What
 * it sends is read, for closing with unread bytes would reset it and might cost it the answer.
 */
final class AgentAnswer extends Deadline implements ReadyHandler {
  private static final int MOST_READ = 64 * 1024;

  private final EventLoop loop;
  private final StreamSocket socket;
  private final Consumer<AgentAnswer> onEnd;
  private final Consumer<AgentAnswer> onLate;
  private final ByteBuffer input = ByteBuffer.allocateDirect(1024);
  private ByteBuffer output = ByteBuffer.allocate(0);
  private boolean answered;
  private boolean ended;
  private int read;

  /**
   * A connection that waits for its answer.
   *
   * @param onLate told when the answer has not come in time
   * @param onEnd told once, when the connection has ended
   */
  AgentAnswer(
      EventLoop loop,
      StreamSocket socket,
      Consumer<AgentAnswer> onLate,
      Consumer<AgentAnswer> onEnd) {
    this.loop = loop;
    this.socket = socket;
    this.onLate = onLate;
    this.onEnd = onEnd;
  }

  void await(long patienceNanos) {
    loop.arm(this, patienceNanos);
  }

  /** Answers, unless it has been answered; the peer has so long to take it and to end. */
  void answer(String line, long timeoutNanos) {
    if (answered || ended) {
      return;
    }
    answered = true;
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    output = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    loop.arm(this, timeoutNanos);
    onReady(true, true);
  }

  @Override
  public void onReady(boolean readable, boolean writable) {
    try {
      boolean waiting = output.hasRemaining();
      if (waiting && socket.write(output) > 0 && !output.hasRemaining()) {
        socket.shutdownOutput();
      }
      boolean over = readAll();
      if (over || read > MOST_READ) {
        end();
      } else {
        socket.watch(this, true, output.hasRemaining());
      }
    } catch (IOException gone) {
      end();
    }
  }

  /** Whether the peer has ended. */
  private boolean readAll() throws IOException {
    int count;
    do {
      input.clear();
      count = socket.read(input);
      read += Math.max(0, count);
    } while (count > 0 && read <= MOST_READ);
    return count < 0;
  }

  @Override
  protected void onDue() {
    if (answered) {
      end();
    } else {
      onLate.accept(this);
    }
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    end();
  }

  private void end() {
    if (!ended) {
      ended = true;
      loop.cancel(this);
      socket.close();
      onEnd.accept(this);
    }
  }
}
