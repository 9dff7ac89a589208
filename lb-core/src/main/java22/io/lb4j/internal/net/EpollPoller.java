package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * An epoll instance and its sockets.
 *
 * <p><b>One registration per socket.</b> A stream socket is added once, edge-triggered, for
 * reading, writing and the peer's end, and not touched again but to mute it under back-pressure:
 * what the loop wants to hear is decided here, by comparing what the system has reported with what
 * is watched. A socket that is ready for something watched stands in the queue of ready ones; it
 * leaves it when a read or write finds nothing more to do. So edges look like levels from above, as
 * {@link StreamSocket} promises.
 *
 * <p><b>No use after close.</b> A descriptor's number is free for anyone as soon as it is closed,
 * so nothing may act for its former owner afterwards. Four things see to it. A socket is closed in
 * one method, on the thread of its loop, which forgets the number before it closes; every other
 * method looks at the number first. An event does not name a descriptor: it finds its socket by a
 * slot and the slot's generation (see {@link Slots}), and the slot is vacated before the close.
 * What {@link SendRing} asks of the system is over before the call returns. And what other threads
 * may do with a socket, asking for its address and ringing the {@link Wakeup}, excludes the close
 * by a lock.
 */
final class EpollPoller implements Poller {
  private static final int EVENTS = 256;
  private static final long WAKEUP = -1;
  private static final int RECENT = 64;

  private final Arena arena = Arena.ofAuto(); // calls need no hold on it, unlike a shared one
  private final Libc libc = new Libc(arena);
  private final SockAddr sockAddr = new SockAddr(arena);
  private final OptionCalls options = new OptionCalls(libc, arena);
  private final MemorySegment number = arena.allocate(ValueLayout.JAVA_LONG);
  private final EpollEvents events;
  private final Slots slots = new Slots();
  private final ReadyQueue ready = new ReadyQueue();
  private final Doubts doubts = new Doubts();
  private final PipePool pipes;
  private final SendRing writes;
  private final PeerAddress[] recent = new PeerAddress[RECENT];
  private final Wakeup wakeup;
  private int epoll;
  private boolean closed;
  private ByteBuffer lastBuffer = ByteBuffer.allocateDirect(0);
  private long lastAddress;
  private ByteBuffer formerBuffer = lastBuffer;
  private long formerAddress;
  private EpollDatagrams datagrams; // null until a port is opened

  /** What an event can be for. */
  interface Entry {
    void onEvents(int bits);

    int descriptor();

    int interest();

    void close();

    /** Whether the system has been told of it. */
    default boolean isWatched() {
      return true;
    }
  }

  /**
   * Opens it.
   *
   * @param dataOffset where {@code struct epoll_event} has its data here
   * @param splices whether bulk may go through pipes
   * @param batches whether small payloads may go through an io_uring
   */
  EpollPoller(int dataOffset, boolean splices, boolean batches) throws IOException {
    events = new EpollEvents(arena, EVENTS, dataOffset);
    pipes = new PipePool(libc, arena, splices);
    writes = new SendRing(this, batches);
    epoll = Errors.check(libc.epoll.create(Linux.EPOLL_CLOEXEC));
    Wakeup bell = null;
    try {
      bell = new Wakeup(libc, arena);
      register(bell.descriptor(), Linux.EPOLLIN, WAKEUP);
    } catch (Throwable failure) {
      if (bell != null) {
        bell.close(libc);
      }
      libc.close(epoll);
      throw failure;
    }
    wakeup = bell;
  }

  Libc libc() {
    return libc;
  }

  SockAddr sockAddr() {
    return sockAddr;
  }

  OptionCalls options() {
    return options;
  }

  PipePool pipes() {
    return pipes;
  }

  private void register(int descriptor, int interest, long data) throws IOException {
    control(Linux.EPOLL_CTL_ADD, descriptor, interest, data);
  }

  private void control(int operation, int descriptor, int interest, long data) throws IOException {
    events.prepare(interest, data);
    int result = libc.epoll.control(epoll, operation, descriptor, events.preparedAddress());
    if (result == -Linux.ENOSPC) {
      throw new SocketException("no buffer space: fs.epoll.max_user_watches are in use");
    }
    Errors.check(result);
  }

  /** Registers a socket; returns its slot. */
  int add(Entry entry) throws IOException {
    int slot = keep(entry);
    try {
      watch(slot, entry);
      return slot;
    } catch (Throwable failure) {
      slots.vacate(slot);
      throw failure;
    }
  }

  /** Keeps a socket that is not watched yet; returns its slot. */
  int keep(Entry entry) {
    return slots.occupy(entry);
  }

  /** Has the system tell of a socket from now on. */
  void watch(int slot, Entry entry) throws IOException {
    register(entry.descriptor(), entry.interest(), slots.tag(slot));
  }

  /**
   * Nothing is told to this slot's socket any more; closing its descriptor takes it out of the
   * system's set.
   */
  void remove(int slot) {
    slots.vacate(slot);
  }

  /** Has the system know what an entry is interested in now. */
  void modify(int slot, Entry entry) throws IOException {
    control(Linux.EPOLL_CTL_MOD, entry.descriptor(), entry.interest(), slots.tag(slot));
  }

  ReadyQueue ready() {
    return ready;
  }

  Doubts doubts() {
    return doubts;
  }

  @Override
  public int poll(long timeoutNanos, Runnable awake) throws IOException {
    sendDatagrams();
    int millis = ready.isEmpty() && doubts.isEmpty() ? millisOf(timeoutNanos) : 0;
    int count = libc.epoll.await(epoll, events.address(), EVENTS, millis);
    awake.run();
    if (count < 0 && !Errors.isTransient(count)) {
      throw Errors.of(count);
    }
    dispatch(0, count);
    if (!doubts.isEmpty()) {
      doubts.turn(count <= 0 && ready.isEmpty());
    }
    int told = Math.max(count, 0) + ready.tell();
    sendDatagrams();
    return told;
  }

  /** At the end of a turn, and what deadlines and commands have sent since. */
  private void sendDatagrams() {
    if (datagrams != null) {
      datagrams.outbox.flush();
    }
  }

  private static int millisOf(long nanos) {
    if (nanos <= 0) {
      return 0;
    }
    // Rounded up: a deadline is never met by polling faster and faster towards it.
    return (int) Math.min(TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1, Integer.MAX_VALUE);
  }

  /** An edge is told but once: whatever one event leads to, the rest are noted. */
  private void dispatch(int from, int count) {
    int next = from;
    try {
      while (next < count) {
        int index = next++;
        dispatch(events.bits(index), events.data(index));
      }
    } finally {
      if (next < count) {
        dispatch(next, count); // something was thrown
      }
    }
  }

  private void dispatch(int bits, long data) {
    if (data == WAKEUP) {
      wakeup.clear(libc, number.address());
      return;
    }
    Entry entry = slots.find(data);
    if (entry != null) {
      entry.onEvents(bits);
    }
  }

  @Override
  public void wakeup() {
    wakeup.ring();
  }

  @Override
  public void rebuild() throws IOException {
    int old = epoll;
    int fresh = Errors.check(libc.epoll.create(Linux.EPOLL_CLOEXEC));
    epoll = fresh;
    try {
      registerAll();
    } catch (IOException failure) {
      epoll = old;
      libc.close(fresh);
      throw failure;
    }
    libc.close(old);
  }

  private void registerAll() throws IOException {
    register(wakeup.descriptor(), Linux.EPOLLIN, WAKEUP);
    for (int slot = 0; slot < slots.used(); slot++) {
      Entry entry = slots.at(slot);
      if (entry != null && entry.isWatched()) {
        watch(slot, entry);
      }
    }
  }

  @Override
  public ListenSocket listen(ListenRequest request, AcceptHandler handler) throws IOException {
    return new EpollListenSocket(this, request, handler);
  }

  @Override
  public StreamSocket connect(ConnectRequest request) throws IOException {
    return EpollSocket.connect(this, request);
  }

  @Override
  public StreamSocket adopt(Accepted accepted, SocketSettings settings) throws IOException {
    return EpollSocket.adopt(this, (EpollAccepted) accepted, settings);
  }

  /** The address of a member, which was met before as often as not. */
  @SuppressWarnings("ReferenceEquality") // an equal one may be met as well
  PeerAddress peerAt(SocketAddress remote) {
    int place = System.identityHashCode(remote) & RECENT - 1;
    PeerAddress known = recent[place];
    if (known == null || known.get() != remote) {
      known = PeerAddress.of(remote);
      recent[place] = known;
    }
    return known;
  }

  /**
   * Where a direct buffer's memory begins; the last two that were asked for are remembered, nearly
   * always the desk and the tray.
   */
  @SuppressWarnings("ReferenceEquality") // the same memory, not the same bytes
  long addressOf(ByteBuffer direct) {
    if (direct == lastBuffer) {
      return lastAddress;
    }
    ByteBuffer other = lastBuffer;
    long address = lastAddress;
    lastAddress = direct == formerBuffer ? formerAddress : beginningOf(direct);
    lastBuffer = direct;
    formerBuffer = other;
    formerAddress = address;
    return lastAddress;
  }

  private long beginningOf(ByteBuffer direct) {
    long room = datagrams == null ? 0 : datagrams.addressOf(direct);
    return room != 0 ? room : MemorySegment.ofBuffer(direct).address() - direct.position();
  }

  @Override
  public DatagramPort openPort(DatagramPortRequest request, DatagramHandler handler)
      throws IOException {
    if (datagrams == null) {
      datagrams = new EpollDatagrams(arena);
    }
    return new EpollDatagramPort(this, datagrams, request, handler);
  }

  @Override
  public DatagramLink openLink(ConnectRequest request) throws IOException {
    return EpollDatagramLink.open(this, request);
  }

  @Override
  public WriteBatch writes() {
    return writes;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int slot = 0; slot < slots.used(); slot++) {
      Entry entry = slots.at(slot);
      if (entry != null) {
        entry.close();
      }
    }
    pipes.close();
    writes.close();
    wakeup.close(libc);
    libc.close(epoll);
  }
}
