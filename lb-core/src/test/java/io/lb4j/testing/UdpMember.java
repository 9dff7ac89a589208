package io.lb4j.testing;

import io.lb4j.MemberSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that hears datagrams, keeps them all, and answers each with as many as its answers say.
 * Closed, its host says that nobody hears at its port.
 */
public final class UdpMember implements AutoCloseable {
  /** What it says to a datagram; called on its own thread, one at a time. */
  public interface Answers {
    /** The datagrams to send back, in order; maybe none. */
    List<byte[]> to(byte[] datagram);
  }

  /** What it heard. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Heard(InetSocketAddress from, byte[] bytes) {}

  /** Says nothing. */
  public static final Answers SILENT = datagram -> List.of();

  /** Says back what it hears. */
  public static final Answers ECHO = List::of;

  private static final int MOST_BYTES = 65_536;

  private final DatagramChannel channel;
  private final InetSocketAddress address;
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::serve, "member-hears");
  private volatile Answers answers;

  private UdpMember(DatagramChannel channel, Answers answers) throws IOException {
    this.channel = channel;
    this.address = (InetSocketAddress) channel.getLocalAddress();
    this.answers = answers;
    thread.setDaemon(true);
    thread.start();
  }

  /** On a free port of 127.0.0.1. */
  public static UdpMember with(Answers answers) throws IOException {
    return at(Loopback.anyPort(), answers);
  }

  /** At an IPv4 or IPv6 address. */
  public static UdpMember at(InetSocketAddress address, Answers answers) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    try {
      return new UdpMember(channel.bind(address), answers);
    } catch (IOException failure) {
      channel.close();
      throw failure;
    }
  }

  private void serve() {
    ByteBuffer room = ByteBuffer.allocateDirect(MOST_BYTES);
    try {
      while (true) {
        SocketAddress from = channel.receive(room.clear());
        byte[] bytes = new byte[room.flip().remaining()];
        room.get(bytes);
        heard.add(new Heard((InetSocketAddress) from, bytes));
        for (byte[] answer : answers.to(bytes.clone())) {
          channel.send(ByteBuffer.wrap(answer), from);
        }
      }
    } catch (IOException closed) {
      return;
    }
  }

  /** Answers otherwise from now on; with {@link #SILENT} no more. */
  public void answer(Answers otherwise) {
    answers = otherwise;
  }

  /** Where it hears. */
  public InetSocketAddress address() {
    return address;
  }

  /** What a pool is told of it. */
  public MemberSpec spec() {
    return MemberSpec.of(address.getAddress().getHostAddress(), address.getPort());
  }

  /** What it heard so far, in order. */
  public List<Heard> heard() {
    return heard;
  }

  /** Waits until it has heard so many; returns all that there are then. */
  public List<Heard> await(int datagrams) {
    Await.until(
        () -> datagrams + " datagrams at " + this, Await.LIMIT, () -> heard.size() >= datagrams);
    return List.copyOf(heard);
  }

  /** Hears no more: from now on the port is unreachable. */
  @Override
  public void close() throws IOException {
    channel.close();
    try {
      thread.join(); // only then has the system closed it
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    List<Integer> sizes = heard.stream().map(each -> each.bytes().length).toList();
    int most = Math.min(sizes.size(), 10);
    return "member " + address + " that heard " + sizes.size() + ", " + sizes.subList(0, most);
  }

  /** Several datagrams at once. */
  public static Answers always(byte[]... replies) {
    List<byte[]> fixed = Arrays.asList(replies);
    return datagram -> fixed;
  }
}
