package io.lb4j.internal.net;

import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A stream descriptor. It remembers what the system has reported (readable, writable, peer's end,
 * error) until a read or write shows that it is used up; see {@link EpollPoller} for how that
 * becomes calls of the handler.
 */
final class EpollSocket implements StreamSocket, EpollPoller.Entry {
  private static final int INTEREST =
      Linux.EPOLLIN | Linux.EPOLLPRI | Linux.EPOLLOUT | Linux.EPOLLRDHUP | Linux.EPOLLET;
  private static final int ARRIVALS = Linux.EPOLLIN | Linux.EPOLLPRI; // a segment wakes for either
  private static final int BROKEN = Linux.EPOLLERR | Linux.EPOLLHUP;

  /** The least that any path is sure to carry in one segment (RFC 9293, 3.7.1). */
  private static final int SURELY_ONE_SEGMENT = 536;

  private final EpollPoller poller;
  private final PeerAddress peer;
  private final boolean unix;
  private final Descriptor descriptor;
  EpollSocket nextReady; // the queue's
  EpollSocket nextDoubt; // the doubts'
  private ReadyHandler handler;
  private boolean watchesReading;
  private boolean watchesWriting;
  private boolean watchesLoss;
  private boolean readable;
  private boolean writable;
  private boolean peerEnded;
  private boolean urgent; // a read stops at the mark of urgent data, whatever comes after it
  private boolean drained;
  private boolean broken;
  private boolean dead;
  private boolean connected;
  private boolean queued;
  private boolean muted;
  private boolean doubtful;
  private boolean written;
  private boolean noDelay;

  private EpollSocket(EpollPoller poller, PeerAddress peer, boolean unix) {
    this.poller = poller;
    this.peer = peer;
    this.unix = unix;
    descriptor = new Descriptor(poller);
  }

  /** Takes over an accepted descriptor, which has its options from the listening one. */
  static EpollSocket adopt(EpollPoller poller, EpollAccepted accepted, SocketSettings settings)
      throws IOException {
    PeerAddress peer = accepted.peer();
    EpollSocket socket = new EpollSocket(poller, peer, peer.isUnix());
    socket.connected = true;
    socket.noDelay = true;
    socket.descriptor.take(accepted);
    try {
      if (socket.unix) { // the one family that inherits nothing
        poller.options().apply(socket.descriptor.number(), Linux.AF_UNIX, settings);
      }
      socket.descriptor.add(socket);
      return socket;
    } catch (Throwable failure) {
      socket.descriptor.close();
      throw failure;
    }
  }

  static EpollSocket connect(EpollPoller poller, ConnectRequest request) throws IOException {
    int family = familyOf(request);
    boolean unix = family == Linux.AF_UNIX;
    EpollSocket socket = new EpollSocket(poller, poller.peerAt(request.remote()), unix);
    socket.noDelay = unix; // which has nothing of the kind
    socket.descriptor.open(family, Linux.SOCK_STREAM);
    try {
      socket.connected = connect(poller, socket.descriptor.number(), family, request);
      socket.descriptor.add(socket);
      return socket;
    } catch (Throwable failure) {
      socket.descriptor.close();
      throw failure;
    }
  }

  /** The family of both ends of what is to be connected. */
  static int familyOf(ConnectRequest request) throws IOException {
    int family = SockAddr.familyOf(request.remote());
    if (request.source().isPresent() && SockAddr.familyOf(request.source().get()) != family) {
      throw new NoRouteToHostException(
          "no way from " + request.source().get() + " to " + request.remote());
    }
    return family;
  }

  private static boolean connect(
      EpollPoller poller, int descriptor, int family, ConnectRequest request) throws IOException {
    poller.options().apply(descriptor, family, request.settings());
    int result = bindAndConnect(poller, descriptor, family, request);
    if (result < 0 && result != -Linux.EINPROGRESS) {
      throw Errors.of(result);
    }
    return result == 0;
  }

  /** Connects from where it is to come from; returns 0 or the negative error number. */
  static int bindAndConnect(EpollPoller poller, int descriptor, int family, ConnectRequest request)
      throws IOException {
    SocketCalls calls = poller.libc().sockets;
    SockAddr address = poller.sockAddr();
    if (request.source().isPresent()) {
      if (!request.settings().has(SocketOption.BIND_ADDRESS_NO_PORT)) {
        poller.options().set(descriptor, Linux.IPPROTO_IP, Linux.IP_BIND_ADDRESS_NO_PORT, 1);
      }
      address.write(request.source().get());
      Errors.check(calls.bind(descriptor, address.address(), address.length()));
    }
    address.write(poller.peerAt(request.remote()), family);
    return calls.connect(descriptor, address.address(), address.length());
  }

  @Override
  public int descriptor() {
    return descriptor.number();
  }

  @Override
  public int interest() {
    return muted ? INTEREST & ~ARRIVALS : INTEREST;
  }

  @Override
  public void onEvents(int bits) {
    broken |= (bits & BROKEN) != 0;
    peerEnded |= (bits & Linux.EPOLLRDHUP) != 0;
    if (readable && !watchesReading && (bits & Linux.EPOLLIN) != 0) {
      mute(); // it will go on for every segment that comes
    }
    urgent |= (bits & Linux.EPOLLPRI) != 0;
    readable |= (bits & (Linux.EPOLLIN | Linux.EPOLLRDHUP | BROKEN)) != 0;
    writable |= (bits & (Linux.EPOLLOUT | BROKEN)) != 0;
    queueIfReady();
  }

  /**
   * Has the system tell no more of what nobody wants to read now. That is the one case in which the
   * registration is changed: under back-pressure, with a peer that goes on sending. It stays so
   * until everything was read: whoever reads on finds more without being told.
   */
  private void mute() {
    muted = true;
    try {
      descriptor.modify(this);
    } catch (IOException failure) {
      muted = false; // it costs some turns for nothing
    }
  }

  /** Remembers what a read has shown: whether there may be more. */
  private void haveRead(boolean everything) throws IOException {
    readable = !everything || peerEnded || broken;
    if (muted && !readable) {
      muted = false;
      descriptor.modify(this); // which also tells of what came meanwhile
    }
  }

  private void doubt() {
    if (!doubtful && !readable) {
      doubtful = true;
      poller.doubts().add(this);
    }
  }

  /** The loop has the time to see whether there is more to read. */
  void settleDoubt() {
    doubtful = false;
    if (descriptor.isOpen()) {
      readable = true;
      queueIfReady();
    }
  }

  private boolean isReady() {
    return (watchesReading && readable) || (watchesWriting && writable) || (watchesLoss && broken);
  }

  private void queueIfReady() {
    if (!queued && isReady()) {
      queued = true;
      poller.ready().add(this);
    }
  }

  /** Tells the handler, if there still is something to tell. */
  boolean tell() {
    queued = false;
    if (!descriptor.isOpen() || !isReady()) {
      return false;
    }
    ReadyDispatch.ready(handler, watchesReading && readable, watchesWriting && writable);
    queueIfReady();
    return true;
  }

  @Override
  public void watch(ReadyHandler handler, boolean reading, boolean writing) throws IOException {
    descriptor.checkOpen();
    this.handler = handler;
    watchesReading = reading;
    watchesWriting = writing;
    watchesLoss = false;
    queueIfReady();
  }

  /** A UNIX-domain peer that only closes looks lost as well: what it sent may still be wanted. */
  @Override
  public void watchLoss(ReadyHandler handler) {
    this.handler = handler;
    watchesLoss = !unix;
    queueIfReady();
  }

  @Override
  public boolean finishConnect() throws IOException {
    descriptor.checkOpen();
    if (connected || !writable) {
      return connected;
    }
    if (broken) {
      int error = poller.options().get(descriptor.number(), Linux.SOL_SOCKET, Linux.SO_ERROR);
      if (error != 0) {
        throw Errors.of(-Math.abs(error));
      }
    }
    connected = true;
    return true;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    descriptor.checkOpen();
    if (drained) {
      return -1;
    }
    int room = target.remaining();
    long buffer = poller.addressOf(target) + target.position();
    int count = (int) poller.libc().sockets.recv(descriptor.number(), buffer, room, 0);
    if (count > 0) {
      target.position(target.position() + count);
      // On UNIX-domain sockets a read stops behind every descriptor that is passed along.
      boolean emptied = count < room && !urgent && !unix;
      haveRead(emptied);
      drained = emptied && peerEnded && !broken; // the end is next: no need to ask for it
      return count;
    }
    return nothingRead(count);
  }

  /** What a read means that brought no bytes. */
  private int nothingRead(long result) throws IOException {
    if (result == 0) {
      return -1;
    }
    if (Errors.isTransient(result)) {
      haveRead(result != -Linux.EINTR); // which is no answer
      return 0;
    }
    dead = Errors.isEndOfConnection(result);
    throw Errors.peerGone(result);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    descriptor.checkOpen();
    long buffer = beginWrite(source);
    int length = source.remaining();
    return endWrite(
        source,
        poller.libc().sockets.send(descriptor.number(), buffer, length, Linux.MSG_NOSIGNAL));
  }

  /** Makes ready for a write; returns where the bytes are. */
  long beginWrite(ByteBuffer source) {
    sendWithoutDelay(source.remaining());
    return poller.addressOf(source) + source.position();
  }

  /** Takes in what a write came to, as {@link #write} does. */
  int endWrite(ByteBuffer source, long result) throws IOException {
    int taken = (int) nowTaken(result);
    writable = taken == source.remaining() || result == -Linux.EINTR; // which is no answer
    source.position(source.position() + taken);
    return taken;
  }

  boolean isOpen() {
    return descriptor.isOpen();
  }

  /** What a write came to: a failure for want of room is none. */
  private long nowTaken(long result) throws IOException {
    if (result >= 0) {
      return result;
    }
    if (!Errors.isTransient(result)) {
      dead = Errors.isEndOfConnection(result);
      throw Errors.peerGone(result);
    }
    return 0;
  }

  /**
   * Switches Nagle's algorithm off before it would hold something back. It never holds back a
   * segment when nothing is under way before it, so a flow with one short request does without the
   * call.
   */
  private void sendWithoutDelay(long length) {
    if (noDelay) {
      return;
    }
    if (written || length > SURELY_ONE_SEGMENT) {
      noDelay = true;
      poller.options().set(descriptor.number(), Linux.IPPROTO_TCP, Linux.TCP_NODELAY, 1);
    }
    written = true;
  }

  @Override
  public Optional<Conduit> conduitTo(StreamSocket sink) {
    PipePool pipes = poller.pipes();
    return pipes.isAllowed() && !urgent
        ? Optional.of(new SpliceConduit(this, (EpollSocket) sink, pipes))
        : Optional.empty();
  }

  /**
   * Moves bytes that have arrived into a pipe that is empty; returns what {@link #read} does, but
   * -1 also at the mark of urgent data, which only a read gets past.
   */
  long spliceInto(int pipe, long most, int flags) throws IOException {
    descriptor.checkOpen();
    if (urgent) {
      return -1;
    }
    long count = poller.libc().pipes.splice(descriptor.number(), pipe, most, flags);
    if (Errors.isRefusal(count) || count == -Linux.EINVAL) {
      poller.pipes().forbid(count);
      return -1;
    }
    if (count <= 0) {
      return nothingRead(count);
    }
    boolean emptied = count < most; // unless the pipe has run out of places, which is rare
    haveRead(emptied);
    if (emptied) {
      doubt();
    }
    return count;
  }

  /**
   * Moves bytes out of a pipe. One call may take less than there is room for; only that it takes
   * nothing says that there is no more.
   */
  long spliceFrom(int pipe, long most, int flags) throws IOException {
    descriptor.checkOpen();
    sendWithoutDelay(most);
    long result = poller.libc().pipes.splice(pipe, descriptor.number(), most, flags);
    long taken = nowTaken(result);
    writable = taken > 0 || result == -Linux.EINTR; // which is no answer
    return taken;
  }

  @Override
  public void shutdownOutput() throws IOException {
    descriptor.checkOpen();
    int result = poller.libc().sockets.shutdown(descriptor.number(), Linux.SHUT_WR);
    if (result != -Linux.ENOTCONN) { // which a read tells better: it has an end or a reset for it
      Errors.check(result);
    }
  }

  @Override
  public void close() {
    descriptor.close();
  }

  @Override
  public void reset() {
    if (descriptor.isOpen()) {
      if (!dead && !unix) {
        poller.options().resetOnClose(descriptor.number());
      }
      close();
    }
  }

  @Override
  public Optional<SocketAddress> localAddress() {
    return descriptor.localAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return peer.get();
  }
}
