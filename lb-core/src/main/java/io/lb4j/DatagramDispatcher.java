package io.lb4j;

import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.DatagramLink;
import io.lb4j.internal.net.DatagramOrigin;
import io.lb4j.internal.net.DatagramOutcome;
import io.lb4j.internal.net.DatagramPath;
import io.lb4j.internal.net.DatagramPort;
import io.lb4j.internal.net.DatagramPortRequest;
import io.lb4j.internal.net.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a datagram. One of a client finds the session that it belongs to, or opens one, which
 * goes the way of every flow to its member; there it is passed on. One of a member goes back on the
 * path that the session's client came on.
 *
 * <p>The client's datagram stands in a buffer of the transport's while all that happens; {@link
 * #present} is it until it was passed on. If its session has to wait, a copy waits with it; if it
 * is still there in the end, nobody could take it.
 */
final class DatagramDispatcher extends Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);
  private static final byte[] NOTHING = {};

  private final UdpPolicy policy;
  private final InspectionPlan plan; // null if nobody looks at the first datagram
  private final DatagramCounts counts = new DatagramCounts();
  private final WaitingDatagrams.Budget waitingBudget = new WaitingDatagrams.Budget();
  private final List<DatagramDoor> doors = new ArrayList<>();
  private final IdleOrder idle;
  private final SessionEntry entry;
  private ByteBuffer scratch; // for what the system cannot be given as it is; null until needed
  private ByteBuffer present; // null once it was passed on
  private PoolMember preset; // for the session that is being opened; null if it may choose
  private boolean drains;

  /**
   * For one loop.
   *
   * @param lastFlowId all loops' of the virtual server
   */
  DatagramDispatcher(ServerParts parts, EventLoop loop, FlowShard shard, AtomicLong lastFlowId) {
    super(parts, loop, shard);
    policy = settings().udp().orElseThrow();
    plan = settings().inspection().orElse(null);
    idle = new IdleOrder(loop, settings().relay().idleNanos(), this);
    entry = new SessionEntry(this, idle, parts, lastFlowId);
  }

  /** How many datagrams have come, from clients and members. */
  long arrivals() {
    return counts.received();
  }

  DatagramCounts counts() {
    return counts;
  }

  // ---- the doors

  /** Binds a socket; see {@link DatagramDoor}. */
  SocketAddress listenOn(DatagramPortRequest request, SocketAddress listening) throws IOException {
    DatagramDoor door = new DatagramDoor(this, request, listening);
    doors.add(door);
    return door.port().address();
  }

  /** Listens on an address that has come up since the start; whether it does. On the loop. */
  boolean listenLater(InetSocketAddress address, SocketAddress listening) {
    if (isClosed()) {
      return true;
    }
    try {
      listenOn(
          new DatagramPortRequest(address, false, false, settings().clientSockets()), listening);
      open();
      LOG.info("{} listens on {} as well, which is new", loop(), address);
      return true;
    } catch (IOException failure) {
      LOG.debug("{}: cannot listen on {}: {}", loop(), address, failure.getMessage());
      return false;
    }
  }

  /** Takes in clients' datagrams from now on. On the loop. */
  void open() {
    doors.forEach(door -> door.port().receiving(true));
  }

  /** Opens no more sessions; those that there are go on, if they have members. On the loop. */
  void drain() {
    drains = true;
    shard()
        .forEach(
            flow -> {
              if (((DatagramFlow) flow).isLost()) {
                finish(flow, CloseReason.CONNECT_FAILED);
              }
            });
  }

  /** Takes in nothing more. On the loop. */
  void closeDoors() {
    doors.forEach(door -> door.port().close());
  }

  @Override
  void close() {
    super.close();
    closeDoors();
  }

  // ---- from the client

  /** A datagram has come. */
  void onDatagram(DatagramDoor door, DatagramOrigin origin, ByteBuffer payload) {
    counts.fromClient();
    present = payload;
    try {
      dispatch(door, origin);
    } finally {
      if (present != null) {
        present = null;
        counts.droppedFromClient(DatagramDrop.NO_SESSION);
      }
    }
  }

  private void dispatch(DatagramDoor door, DatagramOrigin origin) {
    DatagramFlow flow = door.find(origin);
    if (flow == null) {
      arrive(door, origin);
    } else if (policy.isPerDatagram()) {
      spread(door, origin, flow);
    } else {
      boolean lost = flow.isLost();
      forward(flow);
      if (lost && flow.hasEnded() && present != null) {
        arrive(door, origin); // all that it could try had failed it: they may be back
      }
    }
  }

  /** It is the first of its session. */
  private void arrive(DatagramDoor door, DatagramOrigin origin) {
    if (isClosed() || drains) {
      return;
    }
    DatagramPath path = origin.toPath();
    Optional<DatagramFlow> entered = door.isOwn(path) ? Optional.empty() : entry.admit(door, path);
    if (entered.isPresent()) {
      begin(door, origin, entered.get());
    }
  }

  private void begin(DatagramDoor door, DatagramOrigin origin, DatagramFlow flow) {
    try {
      door.add(origin, flow);
      count(flow);
      limitLifetime(flow);
      events().opened(flow);
      admitClient(flow);
      inspect(flow);
      goOn(flow);
      if (present != null) {
        keep(flow);
      }
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  /** One more belongs to a session, which may be the last. */
  private void count(DatagramFlow flow) {
    flow.countRequest(present.remaining(), loop().nowNanos());
    if (policy.isSpent(flow.requests())) {
      flow.door().remove(flow);
    }
  }

  /** The first datagram is all that there is to look at. */
  private void inspect(DatagramFlow flow) {
    if (plan != null && !flow.hasEnded()) {
      FirstBytes first = new FirstBytes(plan.policy().maxBytes(), events().guard());
      InspectedKeys keys = new InspectedKeys(plan.sources());
      first.show(present.asReadOnlyBuffer());
      keys.look(first);
      flow.inspected(keys);
    }
  }

  /** Its session waits for a member, and so does it. */
  private void keep(DatagramFlow flow) {
    if (flow.hasEnded()) {
      return;
    }
    if (flow.waiting() == null) {
      flow.waiting(new WaitingDatagrams(waitingBudget));
    }
    if (!flow.waiting().add(present)) {
      counts.droppedFromClient(DatagramDrop.WAITING_FULL);
    }
    present = null;
  }

  /** It belongs to a session. */
  private void forward(DatagramFlow flow) {
    try {
      count(flow);
      idle.touch(flow);
      if (flow.isConnected()) {
        checkMember(flow);
      }
      if (flow.isConnected()) {
        passOn(flow);
        settle(flow);
      } else if (flow.hasEnded()) {
        return;
      } else if (flow.isLost()) {
        flow.seekMember();
        connect(flow);
      }
      if (present != null) {
        keep(flow);
      }
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  /** Leaves the member if it answers no more, or is unfit while another one is not. */
  private void checkMember(DatagramFlow flow) {
    if (isSilent(flow)) {
      memberFailed(flow, new SocketTimeoutException("no reply"));
      return;
    }
    PoolMember member = flow.state().member().orElseThrow();
    if (!member.state().isHealthy() && !flow.isTrial()) {
      PoolView view = member.pool().view();
      if (!view.panic() && !view.asked().isEmpty()) {
        leaveMember(flow);
      }
    }
  }

  /** Whether replies are due and there was none since the first of the last requests. */
  private boolean isSilent(DatagramFlow flow) {
    return policy.replies() > 0
        && flow.hasWaited(settings().relay().idleNanos(), loop().nowNanos());
  }

  private void leaveMember(DatagramFlow flow) {
    flow.loseMember();
    flow.releaseMember();
    flow.moveTo(flow.state().withoutMember());
  }

  /** Each datagram is given a member for itself. */
  private void spread(DatagramDoor door, DatagramOrigin origin, DatagramFlow first) {
    if (!first.isConnected() && !first.isLost()) {
      forward(first); // it waits for a member, and so do the client's others
      return;
    }
    Optional<PoolMember> member = first.lane().choice.nextFor(first);
    if (!first.listed) {
      return; // the strategy has closed it
    }
    if (member.isEmpty()) {
      if (endLost(first)) {
        dispatch(door, origin); // all had failed the client: they may be back
      }
      return;
    }
    DatagramFlow flow = first.sessionWith(member.get());
    if (flow != null) {
      forward(flow);
    } else {
      preset = member.get();
      try {
        arrive(door, origin); // it has no session with that member yet
      } finally {
        preset = null;
      }
    }
  }

  /** Another loop needs room for a session, and has none that it could end for it. */
  void makeRoom() {
    entry.evictOldest(null);
  }

  /** Those of the other loops, to be asked for room. */
  void peers(List<DatagramDispatcher> all) {
    entry.peers(all.stream().filter(other -> other != this).toList());
  }

  /** Ends those of a client's sessions whose members have failed; whether there were any. */
  private boolean endLost(DatagramFlow first) {
    boolean any = false;
    for (DatagramFlow flow = first; flow != null; ) {
      DatagramFlow next = flow.sibling;
      if (flow.isLost()) {
        finish(flow, CloseReason.CONNECT_FAILED);
        any = true;
      }
      flow = next;
    }
    return any;
  }

  @Override
  MemberChoice.Choice choose(ActiveFlow flow) {
    PoolMember wanted = preset;
    preset = null;
    return wanted != null && flow.mayUse(wanted) && wanted.reserve(flow)
        ? new MemberChoice.Chosen(wanted)
        : super.choose(flow);
  }

  /** Opens a socket towards a member, if need be in place of another session's. */
  DatagramLink openLink(DatagramFlow flow, ConnectRequest request) throws IOException {
    if (!(request.remote() instanceof InetSocketAddress)) {
      throw new NoRouteToHostException("no way by UDP to " + request.remote());
    }
    try {
      return watchedLink(flow, request);
    } catch (IOException failure) {
      boolean room = ConnectFailures.isShortage(failure) && entry.evictOldest(flow);
      if (!room || flow.hasEnded()) {
        throw failure;
      }
      return watchedLink(flow, request);
    }
  }

  private DatagramLink watchedLink(DatagramFlow flow, ConnectRequest request) throws IOException {
    DatagramLink link = loop().poller().openLink(request);
    try {
      link.watch(flow);
      return link;
    } catch (Throwable failure) {
      link.close();
      throw failure;
    }
  }

  /**
   * A session found no descriptor although another one has ended for it: java.nio gives it back
   * only when it is polled again. Whether it is tried again after that.
   */
  boolean triesLater(DatagramFlow flow, IOException failure) {
    if (!ConnectFailures.isShortage(failure) || !flow.mayTryLater()) {
      return false;
    }
    flow.untried();
    flow.releaseMember();
    flow.moveTo(flow.state().withoutMember());
    loop().execute(() -> loop().execute(() -> tryAgain(flow))); // commands come before the poller
    return true;
  }

  private void tryAgain(DatagramFlow flow) {
    try {
      if (!flow.isConnected() && flow.place() == null) {
        connect(flow);
      }
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  /** A session has a socket towards its member: what has come for that is passed on. */
  void connected(DatagramFlow flow) {
    try {
      DatagramLink link = flow.link();
      idle.touch(flow); // it may have waited for longer than it may be idle
      countConnected(flow, wantsVirtualClient() ? link.localAddress() : Optional.empty());
      if (!flow.isConnected()) {
        return; // a listener has closed it
      }
      flow.asked();
      sendWaiting(flow);
      if (present != null && flow.isConnected()) {
        passOn(flow);
      }
      settle(flow);
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  private void sendWaiting(DatagramFlow flow) {
    WaitingDatagrams waiting = flow.waiting();
    while (waiting != null && waiting.size() > 0 && flow.isConnected()) {
      ByteBuffer first = waiting.poll();
      if (!send(flow, first)) {
        if (flow.hasEnded()) {
          counts.droppedFromClient(DatagramDrop.NO_SESSION);
          return;
        }
        waiting.putBack(first);
        connect(flow);
      }
    }
  }

  private void passOn(DatagramFlow flow) {
    ByteBuffer payload = present;
    present = null;
    if (!send(flow, payload)) {
      present = payload;
      if (!flow.hasEnded()) {
        connect(flow);
      }
    }
  }

  /**
   * Sends a datagram to the session's member, or drops it.
   *
   * @return whether that was done; else the member has failed, and may have failed the session
   */
  private boolean send(DatagramFlow flow, ByteBuffer payload) {
    if (isTapped()) {
      tap(flow, Direction.FROM_CLIENT, payload.asReadOnlyBuffer());
      if (!flow.isConnected()) { // the tap has closed it
        counts.droppedFromClient(DatagramDrop.NO_SESSION);
        return true;
      }
    }
    DatagramOutcome outcome;
    try {
      outcome = sendOver(flow, payload);
    } catch (IOException failure) { // of an earlier one: this was not sent
      memberFailed(flow, failure);
      flow.seekMember();
      return false;
    }
    if (outcome == DatagramOutcome.SENT) {
      flow.countSent(loop().nowNanos());
    } else {
      counts.droppedFromClient(outcome);
    }
    return true;
  }

  /** What had come was sent: that may have been all of the session. */
  private void settle(DatagramFlow flow) {
    if (flow.isConnected() && policy.isOver(flow.requests(), flow.sent(), flow.replies())) {
      over(flow);
    }
  }

  private DatagramOutcome sendOver(DatagramFlow flow, ByteBuffer payload) throws IOException {
    ProxyProtocol protocol = flow.lane().proxyProtocol;
    if (protocol == null && payload.isDirect()) {
      return flow.link().send(payload);
    }
    byte[] header = protocol == null ? NOTHING : flow.proxyHeader(protocol);
    if (header.length + payload.remaining() > DatagramPort.MOST_BYTES) {
      return DatagramOutcome.TOO_LONG;
    }
    if (scratch == null) {
      scratch = ByteBuffer.allocateDirect(DatagramPort.MOST_BYTES);
    }
    int start = payload.position();
    scratch.clear().put(header).put(payload);
    payload.position(start); // it may have to be sent again
    return flow.link().send(scratch.flip());
  }

  // ---- from the member

  /**
   * Passes one datagram of the member on.
   *
   * @return whether there was one, and the session goes on
   */
  boolean passReply(DatagramFlow flow) {
    ByteBuffer room = flow.door().port().room();
    int count;
    try {
      count = flow.link().receive(room);
    } catch (IOException failure) {
      memberFailed(flow, failure);
      if (!flow.listed) { // nothing more comes for it
        finish(flow, CloseReason.CONNECT_FAILED);
      }
      return false;
    }
    if (count == DatagramLink.NOTHING) {
      return false;
    }
    room.flip();
    counts.fromMember();
    flow.countReply(count, loop().nowNanos());
    idle.touch(flow);
    if (isTapped()) {
      tap(flow, Direction.FROM_MEMBER, room.asReadOnlyBuffer());
    }
    if (flow.hasEnded()) { // the tap has closed it
      counts.droppedFromMember(DatagramDrop.NO_SESSION);
      return false;
    }
    flow.door().port().send(flow.path(), room);
    settle(flow);
    return true;
  }

  private void over(DatagramFlow flow) {
    if (flow.replies() > 0) { // else nothing shows that the member has heard anything
      flow.completed();
    }
    finish(flow, CloseReason.COMPLETED);
  }

  /** The network has said that the member cannot be had. */
  private void memberFailed(DatagramFlow flow, IOException failure) {
    flow.loseMember();
    noteFailure(flow, failure);
    if (drains || flow.attempts().size() >= settings().connectAttempts()) {
      finish(flow, CloseReason.CONNECT_FAILED);
    }
  }

  // ---- the end

  /** Nothing has moved in a session for as long as that may be. */
  void idle(DatagramFlow flow) {
    if (flow.place() != null) {
      return; // it waits in the queue, for as long as that lets it
    }
    try {
      if (flow.isConnected() && isSilent(flow)) {
        memberFailed(flow, new SocketTimeoutException("no reply"));
      }
    } finally {
      finish(flow, CloseReason.IDLE_TIMEOUT);
    }
  }

  /** A session has ended. */
  void forget(DatagramFlow flow) {
    idle.remove(flow);
    flow.door().remove(flow);
  }
}
