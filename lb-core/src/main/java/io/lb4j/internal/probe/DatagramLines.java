package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import java.net.SocketAddress;

/** Datagrams: what is sent at once is one, and so is what comes. */
public final class DatagramLines extends Lines {
  private final EventLoop loop;
  private final Greeting greeting;
  private final boolean repeating;

  /**
   * Datagrams of a kind.
   *
   * @param greeting each of them begins with it
   * @param repeating whether the last one is sent again after a third and two thirds of the time
   */
  public DatagramLines(EventLoop loop, Greeting greeting, boolean repeating) {
    this.loop = loop;
    this.greeting = greeting;
    this.repeating = repeating;
  }

  @Override
  Line to(SocketAddress target, long timeoutNanos, Line.Listener listener) {
    return new DatagramLine(loop, target, greeting, repeating ? timeoutNanos / 3 : 0, listener);
  }
}
