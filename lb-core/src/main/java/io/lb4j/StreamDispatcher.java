package io.lb4j;

import io.lb4j.internal.net.Accepted;
import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.Relay;
import io.lb4j.internal.net.RelayEnd;
import io.lb4j.internal.net.StreamSocket;
import io.lb4j.internal.util.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way of a flow of bytes: accept, take in its first bytes if they matter, relay. */
final class StreamDispatcher extends Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);
  private static final ByteBuffer NO_PREAMBLE = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final List<String> cookies; // by which clients are remembered
  private final InspectionPlan plan; // null if nobody looks at the first bytes
  private final Consumer<Throwable> onShortage;

  /**
   * The dispatcher of a loop.
   *
   * @param onShortage hears that a flow waits for a descriptor, so that no more clients take some
   */
  StreamDispatcher(
      ServerParts parts, EventLoop loop, FlowShard shard, Consumer<Throwable> onShortage) {
    super(parts, loop, shard);
    this.onShortage = onShortage;
    cookies = settings().persistence().cookies();
    plan = settings().inspection().orElse(null);
  }

  /** A client has come and was let in by the gate. */
  void accept(long id, Accepted accepted, SocketAddress listening) {
    Optional<StreamFlow> opened = Optional.empty();
    try {
      opened = open(id, accepted, listening);
    } finally {
      if (opened.isEmpty()) {
        accepted.refuse();
        gate().leave();
      }
    }
    if (opened.isPresent()) {
      begin(opened.get());
    }
  }

  private void begin(StreamFlow flow) {
    try {
      limitLifetime(flow);
      events().opened(flow);
      if (plan == null || !plan.awaitsHeader(flow.peer())) {
        admitClient(flow);
      }
      if (plan == null) {
        goOn(flow);
      } else if (!flow.hasEnded()) { // else it was refused, or a listener closed it
        receive(flow);
      }
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  private void receive(StreamFlow flow) throws IOException {
    if (plan.refuses(flow.peer())) {
      abort(flow, CloseReason.PROXY_HEADER);
      return;
    }
    if (!plan.inspects() && !plan.awaitsHeader(flow.peer())) {
      received(flow);
      return;
    }
    Reception reception = new Reception(this, flow, plan, events().guard());
    flow.reception(reception);
    reception.begin();
  }

  /** Adopts the client; empty when it has left already or this loop is closed. */
  private Optional<StreamFlow> open(long id, Accepted accepted, SocketAddress listening) {
    if (isClosed()) {
      return Optional.empty();
    }
    loop().buffers().prepare(); // a shortage shows here, not when a flow depends on it
    StreamSocket client;
    try {
      client = loop().poller().adopt(accepted, settings().clientSockets());
    } catch (IOException gone) {
      if (ConnectFailures.kindOf(gone) == ConnectFailures.Kind.LOCAL) {
        throw new UncheckedIOException(gone); // whoever accepts will pause
      }
      if (LOG.isDebugEnabled()) {
        String from = Addresses.text(accepted.remoteAddress());
        LOG.debug("{}: client {} left at once", settings().name(), from);
      }
      return Optional.empty();
    }
    try {
      StreamFlow flow = new StreamFlow(this, id, client, listening, loop().nowNanos());
      flow.lane(ownLane());
      shard().add(flow);
      shard().countOpened();
      return Optional.of(flow);
    } catch (Throwable failure) {
      client.reset();
      throw failure;
    }
  }

  /** A client has come that is one too many. */
  void refuse(long id, Accepted accepted, SocketAddress listening, CloseReason reason) {
    StreamFlow flow = new StreamFlow(this, id, accepted, listening, loop().nowNanos());
    shard().countOpened();
    shard().countClosed(reason);
    accepted.refuse();
    flow.endsNow();
    flow.moveTo(flow.state().closed(reason, loop().nowNanos()));
    events().opened(flow);
    tellClosed(flow, reason);
  }

  void onShortage(IOException shortage) {
    onShortage.accept(shortage);
  }

  void connected(StreamFlow flow, StreamSocket memberSocket) {
    try {
      relay(flow, memberSocket);
    } catch (Throwable failure) {
      onStepFailure(flow, failure);
    }
  }

  private void relay(StreamFlow flow, StreamSocket memberSocket) {
    flow.connectDecided();
    Relay relay;
    try {
      relay = new Relay(loop(), flow.clientSocket(), memberSocket, settings().relay(), flow);
    } catch (Throwable failure) {
      memberSocket.reset();
      throw failure;
    }
    flow.attachRelay(relay);
    countConnected(flow, wantsVirtualClient() ? memberSocket.localAddress() : Optional.empty());
    if (!flow.hasEnded()) { // else a listener closed it
      start(relay, flow);
    }
  }

  private void start(Relay relay, StreamFlow flow) {
    if (!cookies.isEmpty()) {
      int mostBytes = plan.policy().maxBytes();
      relay.readReplies(new CookieLearner(flow, cookies, mostBytes, flow.lane().choice::learn));
    }
    ProxyProtocol proxyProtocol = flow.lane().proxyProtocol;
    if (flow.reception().isEmpty() && proxyProtocol == null) {
      relay.start();
      return;
    }
    ByteBuffer preamble =
        proxyProtocol == null ? NO_PREAMBLE : ByteBuffer.wrap(proxyProtocol.headerFor(flow));
    Optional<ByteBuffer> taken = flow.reception().flatMap(Reception::takeBytes);
    flow.reception(null); // its readers hold more than is to live as long as the flow
    relay.start(preamble, taken);
  }

  void relayEnded(StreamFlow flow, RelayEnd end) {
    switch (end) {
      case COMPLETED -> {
        flow.completed();
        finish(flow, CloseReason.COMPLETED);
      }
      case CLIENT_RESET -> finish(flow, CloseReason.CLIENT_RESET);
      case SERVER_RESET -> {
        if (flow.bytesFromMember() == 0) {
          flow.memberFailed("reset before the first byte");
        }
        finish(flow, CloseReason.MEMBER_RESET);
      }
      case IDLE_TIMEOUT -> finish(flow, CloseReason.IDLE_TIMEOUT);
      case HALF_CLOSE_TIMEOUT -> finish(flow, CloseReason.HALF_CLOSE_TIMEOUT);
      case FAILED -> finish(flow, CloseReason.INTERNAL_ERROR);
      case ABORTED -> {} // whoever aborts it says why
    }
  }
}
