package io.lb4j.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * One end of a connection: what it sends is said by the test, what it receives and how that ended
 * can be looked at by any thread. One thread reads and one writes at a time; both block.
 */
public class Peer implements AutoCloseable {
  private static final int KEPT_BYTES = 64 * 1024;
  private static final int READ_BYTES = 16 * 1024;

  /** How the stream towards a peer ended. */
  public enum Ending {
    /** It has not. */
    OPEN,
    /** In order, with a FIN. */
    END,
    /** With an RST. */
    RESET,
    /** The peer closed its socket before. */
    CLOSED_HERE
  }

  private final SocketChannel channel;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;
  private final Object received = new Object();
  private final CRC32C crc = new CRC32C(); // guarded by received
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(); // guarded by received
  private long bytes; // guarded by received
  private Ending ending = Ending.OPEN; // guarded by received
  private volatile boolean closed;
  private volatile boolean sendingFailed;
  private final AtomicLong sent = new AtomicLong();

  Peer(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.localAddress = channel.getLocalAddress();
    this.remoteAddress = channel.getRemoteAddress();
    if (localAddress instanceof InetSocketAddress) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
  }

  /** Its own address. */
  public SocketAddress localAddress() {
    return localAddress;
  }

  /** The address that it sees at the other end. */
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  // ---- sending

  /** Sends all of it. */
  public void send(byte[] data) throws IOException {
    send(data, 0, data.length);
  }

  /** Sends all of it. */
  public void send(Data data) throws IOException {
    send(data.bytes());
  }

  /** Sends a text. */
  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a text. Returns false when the other end is gone. */
  public boolean trySend(String text) {
    try {
      send(text);
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  /** Sends all of it with writes of 1 to {@code longest} bytes. */
  public void sendInPieces(Data data, int longest, Random random) throws IOException {
    for (int sent = 0; sent < data.length(); ) {
      int length = Math.min(1 + random.nextInt(longest), data.length() - sent);
      send(data.bytes(), sent, length);
      sent += length;
    }
  }

  private void send(byte[] data, int offset, int length) throws IOException {
    // In pieces: the JDK copies what it writes to a direct buffer of that size and keeps it.
    for (int done = 0; done < length; done += READ_BYTES) {
      ByteBuffer piece = ByteBuffer.wrap(data, offset + done, Math.min(READ_BYTES, length - done));
      while (piece.hasRemaining()) {
        sent.addAndGet(write(piece));
      }
    }
  }

  /** How many bytes the system has taken from it. */
  public long sent() {
    return sent.get();
  }

  private int write(ByteBuffer piece) throws IOException {
    try {
      return channel.write(piece);
    } catch (IOException failure) {
      sendingFailed = true;
      throw failure;
    }
  }

  /** Ends its stream (FIN); it still receives. */
  public void end() throws IOException {
    channel.shutdownOutput();
  }

  /** Closes with an RST. */
  public void reset() throws IOException {
    if (channel.isOpen() && localAddress instanceof InetSocketAddress) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    close();
  }

  // ---- receiving

  /** Reads once; empty when the stream has ended. */
  public Optional<byte[]> take(int most) {
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(most, READ_BYTES));
    try {
      int count = channel.read(buffer);
      if (count >= 0) {
        return Optional.of(took(Arrays.copyOf(buffer.array(), count)));
      }
      // The system tells of a reset once: whoever heard it from a write reads an end.
      ended(sendingFailed ? Ending.RESET : Ending.END);
    } catch (ClosedChannelException closedHere) {
      ended(Ending.CLOSED_HERE);
    } catch (IOException failure) {
      ended(closed ? Ending.CLOSED_HERE : Ending.RESET);
    }
    return Optional.empty();
  }

  private byte[] took(byte[] taken) {
    synchronized (received) {
      kept.write(taken, 0, Math.min(taken.length, KEPT_BYTES - kept.size()));
      bytes += taken.length;
      crc.update(taken);
    }
    return taken;
  }

  private void ended(Ending how) {
    synchronized (received) {
      if (ending == Ending.OPEN) {
        ending = how;
      }
    }
  }

  /** Reads until so many bytes are there in all, or the stream has ended. */
  public void readUntil(long total) {
    while (received() < total) {
      if (take((int) Math.min(READ_BYTES, total - received())).isEmpty()) {
        return;
      }
    }
  }

  /** Reads until the stream has ended, and tells how. */
  public Ending readToEnd() {
    while (!hasEnded()) {
      take(READ_BYTES);
    }
    return ending();
  }

  /** Has a thread of its own read until the stream has ended. */
  public Peer collect() {
    Thread reader = new Thread(this::readToEnd, "peer-reader");
    reader.setDaemon(true);
    reader.start();
    return this;
  }

  /** Waits until another thread's reading has come to the end, and tells how it ended. */
  public Ending awaitEnding() {
    Await.until("the stream to " + this + " to end", () -> ending() != Ending.OPEN);
    return ending();
  }

  /** Waits until another thread has read so many bytes in all. */
  public void awaitReceived(long total) {
    Await.until(
        () -> total + " bytes at " + this, Await.LIMIT, () -> received() >= total || hasEnded());
  }

  private boolean hasEnded() {
    return ending() != Ending.OPEN;
  }

  /** How many bytes it received. */
  public long received() {
    synchronized (received) {
      return bytes;
    }
  }

  /** What it received, to be compared with {@link Data#digest}. */
  public String digest() {
    synchronized (received) {
      return Data.digest(bytes, crc);
    }
  }

  /** The first 64 KB of what it received. */
  public byte[] bytes() {
    synchronized (received) {
      return kept.toByteArray();
    }
  }

  /** The first 64 KB of what it received, as text. */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  /** How the stream ended, as far as it was read. */
  public Ending ending() {
    synchronized (received) {
      return ending;
    }
  }

  /** Closes; a FIN, unless received bytes are unread. */
  @Override
  public void close() throws IOException {
    closed = true;
    channel.close();
  }

  @Override
  public String toString() {
    return localAddress + " (from " + remoteAddress + ": " + digest() + ", " + ending() + ")";
  }
}
