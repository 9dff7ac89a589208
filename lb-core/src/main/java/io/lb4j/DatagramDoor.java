package io.lb4j;

import io.lb4j.internal.net.DatagramHandler;
import io.lb4j.internal.net.DatagramOrigin;
import io.lb4j.internal.net.DatagramOutcome;
import io.lb4j.internal.net.DatagramPath;
import io.lb4j.internal.net.DatagramPort;
import io.lb4j.internal.net.DatagramPortRequest;
import io.lb4j.internal.net.PathTable;
import io.lb4j.internal.util.Addresses;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A socket of one loop at which clients' datagrams come in, and the sessions of those clients. */
final class DatagramDoor implements DatagramHandler {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  private final DatagramDispatcher dispatcher;
  private final SocketAddress listening;
  private final DatagramPort port;
  private final PathTable<DatagramFlow> sessions = new PathTable<>();
  private boolean failing;

  /**
   * Binds it; nothing is received yet.
   *
   * @param listening what the virtual server listens on, as its flows are to say; null for the
   *     address that it is bound to
   */
  DatagramDoor(DatagramDispatcher dispatcher, DatagramPortRequest request, SocketAddress listening)
      throws IOException {
    this.dispatcher = dispatcher;
    port = dispatcher.loop().poller().openPort(request, this);
    this.listening = listening == null ? port.address() : listening;
  }

  DatagramPort port() {
    return port;
  }

  /** What the virtual server listens on here. */
  SocketAddress listening() {
    return listening;
  }

  @Override
  public void onDatagram(DatagramOrigin origin, ByteBuffer payload) {
    failing = false;
    dispatcher.onDatagram(this, origin, payload);
  }

  /** Whether a datagram claims to come from here: it would be answered for ever. */
  boolean isOwn(DatagramPath path) {
    InetSocketAddress own = (InetSocketAddress) port.address();
    return path.client().getPort() == own.getPort()
        && path.client().getAddress().equals(path.local().orElse(own.getAddress()));
  }

  /** The first session of the client; null if it has none. */
  DatagramFlow find(DatagramOrigin origin) {
    return sessions.find(origin);
  }

  /** The client has a session, or one more. */
  void add(DatagramOrigin origin, DatagramFlow flow) {
    DatagramFlow first = sessions.find(origin);
    if (first == null) {
      sessions.add(flow);
    } else {
      flow.sibling = first.sibling;
      flow.first = first;
      first.sibling = flow;
    }
    flow.listed = true;
  }

  /** The client's next datagram does not belong to this session; it may be out of the list. */
  void remove(DatagramFlow flow) {
    if (!flow.listed) {
      return;
    }
    flow.listed = false;
    if (flow.first != null) {
      unlink(flow);
    } else if (flow.sibling == null) {
      sessions.remove(flow);
    } else {
      promote(flow.sibling, flow);
    }
    flow.sibling = null;
    flow.first = null;
  }

  private static void unlink(DatagramFlow flow) {
    DatagramFlow before = flow.first;
    while (before.sibling != flow) {
      before = before.sibling;
    }
    before.sibling = flow.sibling;
  }

  private void promote(DatagramFlow next, DatagramFlow before) {
    sessions.replace(before, next);
    next.first = null;
    for (DatagramFlow other = next.sibling; other != null; other = other.sibling) {
      other.first = next;
    }
  }

  @Override
  public void onDropped(DatagramOutcome why) {
    dispatcher.counts().droppedFromMember(why);
  }

  @Override
  public void onReceiveFailure(IOException failure) {
    if (!failing) { // said once for as long as it lasts
      failing = true;
      String where = Addresses.text(listening);
      LOG.warn("{}: cannot receive at {}: {}", dispatcher.loop(), where, failure.getMessage());
    }
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      dispatcher.makeRoom(); // one session less
    }
    LastWords.say(LOG, "{}: a datagram was lost by a failure of lb4j", this, failure);
  }

  @Override
  public String toString() {
    return dispatcher.settings().name() + " at " + Addresses.text(listening);
  }
}
