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

  /** Listens on an address that has come up since the start. On the loop. */
  void listenLater(InetSocketAddress address, SocketAddress listening) {
    if (isClosed()) {
      return;
    }
    try {
      listenOn(
          new DatagramPortRequest(address, false, false, settings().clientSockets()), listening);
      open();
    } catch (IOException failure) {
      LOG.warn("{}: cannot listen on {}: {}", loop(), address, failure.getMessage());
    }
  }

  /** Takes in clients' datagrams from now on. On the loop. */
  void open() {
    doors.forEach(door -> door.port().receiving(true));
  }

  /** Opens no more sessions; those that there are go on. On the loop. */
  void drain() {
    drains = true;
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
      DatagramFlow flow = door.find(origin);
      if (flow == null) {
        arrive(door, origin.toPath());
      } else if (policy.isPerDatagram()) {
        spread(door, origin, flow);
      } else {
        forward(flow);
      }
    } finally {
      if (present != null) {
        present = null;
        counts.droppedFromClient(DatagramDrop.NO_SESSION);
      }
    }
  }

  /** It is the first of its client. */
  private void arrive(DatagramDoor door, DatagramPath path) {
    if (isClosed() || drains) {
      return;
    }
    Optional<DatagramFlow> entered = entry.admit(door, path);
    if (entered.isPresent()) {
      door.add(entered.get());
      begin(entered.get());
    }
  }

  private void begin(DatagramFlow flow) {
    try {
      flow.countRequest(present.remaining(), loop().nowNanos());
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
      flow.countRequest(present.remaining(), loop().nowNanos());
      idle.touch(flow);
      if (flow.isConnected() && isDown(flow)) {
        leaveMember(flow);
      }
      if (flow.isConnected()) {
        passOn(flow);
        settle(flow);
      } else if (flow.isLost()) {
        connect(flow);
      }
      if (present != null) {
        keep(flow);
      }
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  /** Whether its member is unfit while another one is not. */
  private static boolean isDown(DatagramFlow flow) {
    PoolMember member = flow.state().member().orElseThrow();
    PoolView view = member.pool().view();
    return !member.state().found().isHealthy() && !view.panic() && !view.asked().isEmpty();
  }

  private void leaveMember(DatagramFlow flow) {
    flow.loseMember();
    flow.releaseMember();
    flow.moveTo(flow.state().withoutMember());
  }

  /** Each datagram is given a member for itself. */
  private void spread(DatagramDoor door, DatagramOrigin origin, DatagramFlow first) {
    Optional<PoolMember> member = first.lane().choice.nextFor(first);
    if (!first.listed) {
      return; // the strategy has closed it
    }
    if (member.isEmpty()) {
      endLost(first);
      return;
    }
    DatagramFlow flow = first.sessionWith(member.get());
    if (flow != null) {
      forward(flow);
    } else {
      open(door, origin, member.get());
    }
  }

  /** No member is left: the next datagram is to find those again that have failed. */
  private void endLost(DatagramFlow first) {
    for (DatagramFlow flow = first; flow != null; ) {
      DatagramFlow next = flow.sibling;
      if (flow.isLost()) {
        finish(flow, CloseReason.CONNECT_FAILED);
      }
      flow = next;
    }
  }

  /** The client has no session with the member yet. */
  private void open(DatagramDoor door, DatagramOrigin origin, PoolMember member) {
    if (isClosed() || drains) {
      return;
    }
    Optional<DatagramFlow> entered = entry.admit(door, origin.toPath());
    if (entered.isEmpty()) {
      return;
    }
    DatagramFlow flow = entered.get();
    DatagramFlow first = door.find(origin); // one of the client's may have made room for this one
    if (first == null) {
      door.add(flow);
    } else {
      door.addBehind(first, flow);
    }
    preset = member;
    try {
      begin(flow);
    } finally {
      preset = null;
    }
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
    DatagramLink link;
    try {
      link = loop().poller().openLink(request);
    } catch (IOException failure) {
      if (ConnectFailures.kindOf(failure) != ConnectFailures.Kind.LOCAL
          || !entry.evictOldest(flow)) {
        throw failure;
      }
      link = loop().poller().openLink(request);
    }
    try {
      link.watch(flow);
      return link;
    } catch (Throwable failure) {
      link.close();
      throw failure;
    }
  }

  /** A session has a socket towards its member: what has come for that is passed on. */
  void connected(DatagramFlow flow) {
    try {
      DatagramLink link = flow.link();
      countConnected(flow, wantsVirtualClient() ? link.localAddress() : Optional.empty());
      if (!flow.isConnected()) {
        return; // a listener has closed it
      }
      flow.asked();
      WaitingDatagrams waiting = flow.waiting();
      while (waiting != null && waiting.size() > 0 && flow.isConnected()) {
        send(flow, waiting.poll());
      }
      if (present != null && flow.isConnected()) {
        passOn(flow);
      }
      settle(flow);
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  private void passOn(DatagramFlow flow) {
    ByteBuffer payload = present;
    present = null;
    send(flow, payload);
  }

  private void send(DatagramFlow flow, ByteBuffer payload) {
    if (isTapped()) {
      tap(flow, Direction.FROM_CLIENT, payload.asReadOnlyBuffer());
      if (!flow.isConnected()) { // the tap has closed it
        counts.droppedFromClient(DatagramDrop.NO_SESSION);
        return;
      }
    }
    DatagramOutcome outcome;
    try {
      outcome = sendOver(flow, payload);
    } catch (IOException failure) {
      memberFailed(flow, failure);
      sendElsewhere(flow, payload); // what failed is an earlier one: this was not sent
      return;
    }
    if (outcome != DatagramOutcome.SENT) {
      counts.droppedFromClient(outcome);
    }
  }

  /** What had come was sent: that may have been all of the session. */
  private void settle(DatagramFlow flow) {
    if (!flow.isConnected()) {
      return; // it has ended, or lost its member meanwhile
    }
    if (policy.isOver(flow.requests(), flow.replies())) {
      over(flow);
    } else if (policy.isSpent(flow.requests())) {
      flow.door().remove(flow);
    }
  }

  private void sendElsewhere(DatagramFlow flow, ByteBuffer payload) {
    ByteBuffer outer = present;
    present = payload;
    try {
      if (!flow.hasEnded()) {
        connect(flow);
      }
      if (present != null) {
        keep(flow);
      }
      if (present != null) {
        counts.droppedFromClient(DatagramDrop.NO_SESSION);
      }
    } finally {
      present = outer;
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
    return flow.link().send(scratch.clear().put(header).put(payload.duplicate()).flip());
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
      return false;
    }
    flow.door().port().send(flow.path(), room);
    if (policy.isOver(flow.requests(), flow.replies())) {
      over(flow);
    }
    return true;
  }

  private void over(DatagramFlow flow) {
    flow.completed();
    finish(flow, CloseReason.COMPLETED);
  }

  /** The network has said that the member cannot be had. */
  private void memberFailed(DatagramFlow flow, IOException failure) {
    flow.loseMember();
    noteFailure(flow, failure);
    if (flow.hasEnded()) {
      return; // a listener has closed it
    }
    flow.moveTo(flow.state().withoutMember());
    if (flow.attempts().size() >= settings().connectAttempts()) {
      finish(flow, CloseReason.CONNECT_FAILED);
    }
  }

  // ---- the end

  /** Nothing has moved in a session for as long as that may be. */
  void idle(DatagramFlow flow) {
    if (policy.replies() > 0 && flow.replies() == 0 && flow.isConnected()) {
      flow.memberFailed("no reply");
    }
    finish(flow, CloseReason.IDLE_TIMEOUT);
  }

  /** A session has ended. */
  void forget(DatagramFlow flow) {
    idle.remove(flow);
    flow.door().remove(flow);
  }
}
