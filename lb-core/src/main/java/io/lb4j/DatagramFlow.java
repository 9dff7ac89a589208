package io.lb4j;

import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.DatagramLink;
import io.lb4j.internal.net.DatagramPath;
import io.lb4j.internal.net.PathTable;
import io.lb4j.internal.net.ReadyHandler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * A UDP session: a client's path to us, and a socket of its own towards its member. It may lose the
 * member and get another one.
 */
final class DatagramFlow extends ActiveFlow implements ReadyHandler, PathTable.Entry {
  private static final VarHandle FROM_CLIENT;
  private static final VarHandle FROM_MEMBER;
  private static final VarHandle LAST_MOVE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      FROM_CLIENT = lookup.findVarHandle(DatagramFlow.class, "bytesFromClient", long.class);
      FROM_MEMBER = lookup.findVarHandle(DatagramFlow.class, "bytesFromMember", long.class);
      LAST_MOVE = lookup.findVarHandle(DatagramFlow.class, "lastMoveNanos", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final DatagramDispatcher dispatcher;
  private final DatagramDoor door;
  private final DatagramPath path;
  private volatile DatagramLink link; // null unless it is connected to a member
  private long bytesFromClient;
  private long bytesFromMember;
  private long lastMoveNanos;

  // What only the loop knows.
  DatagramFlow older; // IdleOrder's
  DatagramFlow newer;
  DatagramFlow first; // DatagramDoor's: of the client's sessions, if this is not the first
  DatagramFlow sibling; // the next of them
  boolean listed; // among them
  private WaitingDatagrams waiting; // null if none ever waited
  private byte[] proxyHeader; // null if the member is not told who the client is
  private long requests;
  private long sent;
  private long replies;
  private boolean triedLater;
  private long askedNanos; // when the first came that the member has not answered
  private boolean asking; // whether there is such a one
  private boolean lost; // its member has failed, and nothing came from the client since
  private boolean answers; // its present member has answered
  private int readsAtOnce = 1;
  private long lastTurn;

  DatagramFlow(
      DatagramDispatcher dispatcher, DatagramDoor door, long id, DatagramPath path, long now) {
    super(dispatcher, id, door.listening(), now);
    this.dispatcher = dispatcher;
    this.door = door;
    this.path = path;
    lastMoveNanos = now;
  }

  // ---- what the dispatcher does with it, on its loop

  DatagramDoor door() {
    return door;
  }

  @Override
  public DatagramPath path() {
    return path;
  }

  @Override
  void connectTo(ConnectRequest request) {
    dispatcher.connector().connect(this, request);
  }

  /** It has a socket towards its member. */
  void link(DatagramLink opened) {
    link = opened;
  }

  @Override
  void connectDecided() {
    // the outcome comes at once: there is nothing to forget
  }

  /** Its socket towards the member; null unless it has one. */
  DatagramLink link() {
    return link;
  }

  @Override
  boolean isConnected() {
    return link != null;
  }

  @Override
  FlowState stateAfter(ConnectAttempt failed) {
    return super.stateAfter(failed).withoutMember();
  }

  /** It has no member any more until its client's next datagram. */
  void loseMember() {
    dropLink();
    lost = true;
    asking = false; // another one is asked
  }

  /** A member is looked for again. */
  void seekMember() {
    lost = false;
  }

  /** Whether its member has failed it and nothing came from the client since. */
  boolean isLost() {
    return lost;
  }

  private void dropLink() {
    DatagramLink dropped = link;
    link = null;
    answers = false;
    if (dropped != null) {
      dropped.close();
    }
  }

  @Override
  void watchClient() {
    // nothing tells that it is gone
  }

  @Override
  void dropSockets() {
    dropLink();
    for (WaitingDatagrams all = waiting; all != null && all.size() > 0; ) {
      all.poll();
      dispatcher.counts().droppedFromClient(DatagramDrop.NO_SESSION);
    }
    dispatcher.forget(this);
  }

  /** Those that wait for its member; null if none ever did. */
  WaitingDatagrams waiting() {
    return waiting;
  }

  void waiting(WaitingDatagrams begun) {
    waiting = begun;
  }

  byte[] proxyHeader(ProxyProtocol protocol) {
    if (proxyHeader == null) {
      proxyHeader = protocol.headerForDatagrams(this);
    }
    return proxyHeader;
  }

  /** A datagram of the client belongs to it. */
  void countRequest(int bytes, long now) {
    requests++;
    FROM_CLIENT.setRelease(this, bytesFromClient + bytes);
    LAST_MOVE.setRelease(this, now);
  }

  /** The member was sent one of them. */
  void countSent(long now) {
    sent++;
    if (!asking) {
      asking = true;
      askedNanos = now;
    }
  }

  /** How many datagrams its members were sent. */
  long sent() {
    return sent;
  }

  /** Whether it may wait for a turn to find a descriptor; once. */
  boolean mayTryLater() {
    boolean may = !triedLater;
    triedLater = true;
    return may;
  }

  /** The member has sent a datagram. */
  void countReply(int bytes, long now) {
    replies++;
    asking = false;
    if (!answers) {
      answers = true;
      answered(lastMoveNanos);
    }
    FROM_MEMBER.setRelease(this, bytesFromMember + bytes);
    LAST_MOVE.setRelease(this, now);
  }

  /** Whether its client has waited for an answer for so long. */
  boolean hasWaited(long nanos, long now) {
    return asking && now - askedNanos >= nanos;
  }

  long requests() {
    return requests;
  }

  long replies() {
    return replies;
  }

  @Override
  public boolean mayUse(PoolMember member) {
    return sessionWith(member) != null || (super.mayUse(member) && !hasFailedNear(member));
  }

  /** The client's session with a member, if each datagram is balanced; null if there is none. */
  DatagramFlow sessionWith(PoolMember member) {
    DatagramFlow flow = head();
    while (flow != null && !(flow.isConnected() && flow.state().member().get() == member)) {
      flow = flow.sibling;
    }
    return flow;
  }

  private DatagramFlow head() {
    return first == null ? this : first;
  }

  /** Whether one of the client's sessions has lost a member. */
  private boolean hasFailedNear(PoolMember member) {
    DatagramFlow other = head();
    while (other != null && !other.state().hasFailedOn(member)) {
      other = other.sibling;
    }
    return other != null;
  }

  // ---- what its socket tells, on its loop

  /** One datagram a turn, and more of them if the turn before has left some. */
  @Override
  public void onReady(boolean readable, boolean writable) {
    long turn = dispatcher.loop().turn();
    readsAtOnce = turn == lastTurn + 1 ? Math.min(readsAtOnce * 2, 16) : 1;
    lastTurn = turn;
    for (int i = 0; i < readsAtOnce && isConnected(); i++) {
      if (!dispatcher.relay().passReply(this)) {
        return;
      }
    }
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    dispatcher.onHandlerFailure(this, failure);
  }

  // ---- what anyone may ask

  @Override
  public SocketAddress client() {
    return path.client();
  }

  @Override
  public SocketAddress destination() {
    int port = ((InetSocketAddress) virtualServerAddress()).getPort();
    return path.local()
        .<SocketAddress>map(own -> new InetSocketAddress(own, port))
        .orElseGet(() -> door.port().address());
  }

  @Override
  Optional<SocketAddress> addressTowardsMember() {
    DatagramLink present = link;
    return present == null ? Optional.empty() : present.localAddress();
  }

  @Override
  long lastMoveNanos() {
    return (long) LAST_MOVE.getAcquire(this);
  }

  @Override
  public long bytesFromClient() {
    return (long) FROM_CLIENT.getAcquire(this);
  }

  @Override
  public long bytesFromMember() {
    return (long) FROM_MEMBER.getAcquire(this);
  }
}
