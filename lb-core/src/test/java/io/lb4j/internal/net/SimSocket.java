package io.lb4j.internal.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.Random;

/**
 * Both ends of one simulated connection: the near end is lb4j's {@link StreamSocket}, the far end
 * is played by the test through the {@code far} methods. It behaves as Linux does: bytes that
 * arrived before a reset can still be read; the error is told once, to whichever call meets it
 * first, and after a write has met it a read finds the bytes and then an end.
 */
final class SimSocket implements StreamSocket {
  private static final int WINDOW = 4096;
  private static final int CONDUIT = 3000;

  private final Random random;

  // Towards lb4j.
  private final ByteArrayOutputStream arriving = new ByteArrayOutputStream();
  private int read;
  private boolean farEnded;
  private boolean farReset;
  private boolean errorTold;

  // Towards the far end.
  private final ByteArrayOutputStream delivered = new ByteArrayOutputStream();
  private int farTaken;
  private boolean nearEnded;
  private boolean nearReset;
  private boolean closed;
  private int conduits;

  private ReadyHandler handler;
  private boolean reading;
  private boolean writing;

  SimSocket(Random random) {
    this.random = random;
  }

  // ---- the far end

  /** Sends, unless the window is full. */
  int farSend(byte[] bytes, int from, int count) {
    int room = Math.min(count, WINDOW - (arriving.size() - read));
    arriving.write(bytes, from, Math.max(room, 0));
    return Math.max(room, 0);
  }

  void farEnd() {
    farEnded = true;
  }

  void farReset() {
    farReset = true;
  }

  /** Takes up to so many of the bytes that lb4j wrote. */
  void farTake(int count) {
    farTaken = Math.min(delivered.size(), farTaken + count);
  }

  byte[] farReceived() {
    return delivered.toByteArray();
  }

  boolean farSeesEnd() {
    return nearEnded && !nearReset;
  }

  boolean farSeesReset() {
    return nearReset;
  }

  boolean isClosed() {
    return closed;
  }

  // ---- the near end

  boolean dispatch() {
    if (closed || handler == null) {
      return false;
    }
    boolean dead = farReset && !errorTold;
    boolean readable = reading && (arriving.size() > read || farEnded || farReset);
    boolean writable = writing && (delivered.size() - farTaken < WINDOW || dead);
    if (readable || writable) {
      ReadyDispatch.ready(handler, readable, writable);
      return true;
    }
    return false;
  }

  @Override
  public void watch(ReadyHandler handler, boolean reading, boolean writing) throws IOException {
    checkOpen();
    this.handler = handler;
    this.reading = reading;
    this.writing = writing;
  }

  @Override
  public boolean finishConnect() {
    return true;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    checkOpen();
    int there = Math.min(arriving.size() - read, target.remaining());
    if (there > 0) {
      int count = random.nextBoolean() ? there : 1 + random.nextInt(there);
      target.put(arriving.toByteArray(), read, count);
      read += count;
      return count;
    }
    if (farReset && !errorTold) {
      errorTold = true;
      throw new IOException("Connection reset");
    }
    return farEnded || farReset ? -1 : 0;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    checkOpen();
    if (nearEnded) {
      throw new ClosedChannelException();
    }
    if (farReset) {
      errorTold = true;
      throw new IOException("Broken pipe");
    }
    int room = Math.min(WINDOW - (delivered.size() - farTaken), source.remaining());
    int count = room <= 0 ? 0 : random.nextInt(4) == 0 ? random.nextInt(room + 1) : room;
    for (int i = 0; i < count; i++) {
      delivered.write(source.get());
    }
    return count;
  }

  @Override
  public void shutdownOutput() throws IOException {
    checkOpen();
    if (farReset) {
      throw new IOException("Transport endpoint is not connected");
    }
    nearEnded = true;
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      nearEnded = true;
    }
  }

  @Override
  public void reset() {
    if (!closed) {
      closed = true;
      nearReset = true;
    }
  }

  @Override
  public Optional<SocketAddress> localAddress() {
    return Optional.of(new InetSocketAddress(0));
  }

  @Override
  public Optional<Conduit> conduitTo(StreamSocket sink) {
    return random.nextInt(4) == 0 ? Optional.empty() : Optional.of(new SimConduit(sink));
  }

  /** What bytes pass through unseen, up to a bound. */
  private final class SimConduit implements Conduit {
    private final StreamSocket sink;
    private ByteBuffer held = ByteBuffer.allocate(0);
    private boolean gone;

    SimConduit(StreamSocket sink) {
      this.sink = sink;
      conduits++;
    }

    @Override
    public boolean isEmpty() {
      return !held.hasRemaining();
    }

    @Override
    public long fill() throws IOException {
      if (!isEmpty()) {
        return 0;
      }
      if (random.nextInt(8) == 0) {
        return -1;
      }
      ByteBuffer filling = ByteBuffer.allocate(CONDUIT);
      int count = read(filling);
      held = filling.flip();
      return count;
    }

    @Override
    public long drain() throws IOException {
      long passed = 0;
      for (int count = -1; held.hasRemaining() && count != 0; passed += count) {
        count = sink.write(held);
      }
      return passed;
    }

    @Override
    public void close() {
      if (!gone) {
        gone = true;
        conduits--;
      }
    }
  }

  /** How many conduits from here are open. */
  int conduits() {
    return conduits;
  }

  @Override
  public SocketAddress remoteAddress() {
    return new InetSocketAddress(0);
  }
}
