package io.lb4j.internal.net;

import io.lb4j.internal.util.Deadline;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two connected sockets made to look like one connection, on one loop, so that nothing in here
 * needs a lock.
 *
 * <p>Faithful TCP is what it promises. Each direction is a {@link Pump} and ends by itself:
 *
 * <ul>
 *   <li><b>End of stream</b> from one side: what was read is passed on, then the end itself (FIN).
 *       The other direction stays open, and the flow ends when both have ended.
 *   <li><b>Reset</b> from one side, seen as a failed read: what it had sent before is passed on
 *       first, then the other side is reset, so that it cannot take a cut stream for a whole one.
 *   <li><b>A failed write</b> tells that the sink is gone, but what it sent before it went may
 *       still be unread: a server that answers early and closes is the common case. So its
 *       direction is read to the end, and only then is the other side reset.
 * </ul>
 *
 * <p>So a relay is in one of these states:
 *
 * <table>
 *   <caption>states</caption>
 *   <tr><th>state</th><th>client → server</th><th>server → client</th><th>silence allowed</th></tr>
 *   <tr><td>open</td><td>moves</td><td>moves</td><td>idle timeout</td></tr>
 *   <tr><td>half-closed</td><td>one has ended and drained</td><td>the other moves</td>
 *       <td>half-close timeout</td></tr>
 *   <tr><td>one side lost</td><td>what the lost side sent moves on</td><td>discarded</td>
 *       <td>half-close timeout</td></tr>
 *   <tr><td>over</td><td>–</td><td>–</td><td>–</td></tr>
 * </table>
 *
 * <p>One deadline watches over silence: the idle timeout while both sides are open, the half-close
 * timeout from the first end or reset on. It is not moved for each byte; when it comes early it is
 * armed again for the rest. While a direction pauses because its rate is limited, the silence is
 * ours and ends nothing.
 *
 * <p>Counters are written by the loop and may be read by any thread (opaque access: no fence, never
 * torn).
 */
public final class Relay {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final VarHandle LAST_MOVE;

  static {
    try {
      LAST_MOVE = MethodHandles.lookup().findVarHandle(Relay.class, "lastMoveNanos", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final EventLoop loop;
  private final RelaySettings settings;
  private final RelayListener listener;
  private final boolean tapped;
  private final Side client;
  private final Side server;
  private Side lost;
  private boolean asked;
  private boolean answered;
  private ReplyReader replies; // null unless someone reads along
  private boolean halfClosed;
  private boolean over;
  private long lastMoveNanos;
  private final Deadline silence =
      new Deadline() {
        @Override
        protected void onDue() {
          onSilenceCheck();
        }
      };

  /** One of the two sockets: the pump of what comes from it. */
  private final class Side extends Pump implements ReadyHandler {
    Side peer;
    private final Deadline resumption; // null unless the rate is limited

    Side(StreamSocket source, StreamSocket sink, long bytesPerSecond) {
      super(source, sink, loop.buffers());
      if (bytesPerSecond == RelaySettings.UNLIMITED) {
        resumption = null;
        return;
      }
      limit(new Throttle(bytesPerSecond, loop.momentNanos()));
      resumption =
          new Deadline() {
            @Override
            protected void onDue() {
              resume();
              touch(); // silence counts from where there may be none
              updateWatches();
            }
          };
    }

    void cancelResumption() {
      if (resumption != null) {
        loop.cancel(resumption);
      }
    }

    @Override
    public void onReady(boolean readable, boolean writable) {
      if (writable) {
        proceed(peer, peer.flush(Relay.this));
      }
      if (readable && !over) {
        proceed(this, transfer(Relay.this));
      }
      updateWatches();
    }

    @Override
    public void send(ByteBuffer payload) {
      if (isInTray()) { // else given up meanwhile
        proceed(this, send(payload, Relay.this));
        updateWatches();
      }
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      end(RelayEnd.FAILED);
      LastWords.say(LOG, "a flow ended by a failure of the relay", failure);
    }

    void watch() throws IOException {
      source.watch(this, wantsRead(), peer.wantsWrite());
    }
  }

  /** Puts a relay between two connected sockets, which are its own from now on. */
  public Relay(
      EventLoop loop,
      StreamSocket client,
      StreamSocket server,
      RelaySettings settings,
      RelayListener listener) {
    this.loop = loop;
    this.settings = settings;
    this.listener = listener;
    this.tapped = listener.wantsBytes();
    this.client = new Side(client, server, settings.clientBytesPerSecond());
    this.server = new Side(server, client, settings.serverBytesPerSecond());
    this.client.peer = this.server;
    this.server.peer = this.client;
    touch();
  }

  /** Begins. */
  public void start() {
    touch();
    loop.arm(silence, settings.idleNanos());
    updateWatches();
  }

  /**
   * Begins, with bytes that go to the server before all that is read from the client.
   *
   * @param preamble what the client has not sent; may be empty
   * @param taken what was read from the client already, now the relay's
   */
  public void start(ByteBuffer preamble, Optional<ByteBuffer> taken) {
    ByteBuffer first = taken.orElse(null);
    if (preamble.hasRemaining()) {
      first = loop.buffers().prepend(preamble, first);
    }
    if (first == null) {
      start();
      return;
    }
    client.begin(first, preamble.remaining());
    touch();
    loop.arm(silence, settings.idleNanos());
    if (taken.isPresent()) {
      noteFirst(client);
    }
    if (tapped) {
      showTaken(first, preamble.remaining());
    }
    if (!over) { // else a tap closed the flow
      proceed(client, client.flush(this));
      updateWatches();
    }
  }

  private void showTaken(ByteBuffer first, int preambleBytes) {
    ByteBuffer shown = first.asReadOnlyBuffer();
    shown.position(shown.position() + preambleBytes);
    if (shown.hasRemaining()) {
      listener.onBytes(true, shown);
    }
  }

  /** Has someone read what comes from the server, until that is enough; before the start. */
  public void readReplies(ReplyReader reader) {
    replies = reader;
  }

  /** Acts on what a turn of one side's pump came to. */
  private void proceed(Side source, Pump.Result result) {
    if (over) {
      return; // a tap closed the flow meanwhile
    }
    switch (result) {
      case PAUSED, MOVED -> {}
      case DRAINED -> passEndOn(source);
      case SOURCE_LOST -> lose(source);
      case SINK_LOST -> lose(source.peer);
    }
  }

  private void passEndOn(Side source) {
    if (lost != null) {
      end(lossOf(lost));
      return;
    }
    if (source.peer.drained()) {
      end(RelayEnd.COMPLETED); // to close says the end as well
      return;
    }
    try {
      source.peer.source.shutdownOutput();
    } catch (IOException gone) {
      lose(source.peer);
      return;
    }
    if (!halfClosed) {
      halfClosed = true;
      expectEndSoon();
      listener.onHalfClosed(source == client);
    }
  }

  /**
   * One side is gone. What it sent is still owed to its peer, what its peer sends is not wanted by
   * anyone.
   */
  private void lose(Side gone) {
    if (lost != null) {
      end(lossOf(lost));
      return;
    }
    lost = gone;
    gone.peer.discard();
    if (!gone.ended()) {
      expectEndSoon();
      proceed(gone, gone.transfer(this));
    } else if (gone.drained()) {
      end(lossOf(gone));
    } else {
      expectEndSoon();
    }
  }

  private RelayEnd lossOf(Side gone) {
    return gone == client ? RelayEnd.CLIENT_RESET : RelayEnd.SERVER_RESET;
  }

  private void updateWatches() {
    if (over || client.isInTray() || server.isInTray()) {
      return; // or later: what lies in the tray is sent before anyone waits
    }
    try {
      client.watch();
      server.watch();
    } catch (IOException closedBehindOurBack) {
      LOG.error("a flow ends by a failure of the relay", closedBehindOurBack);
      end(RelayEnd.FAILED);
    }
  }

  /** Whether someone wants to see the bytes of a direction. */
  boolean isSeen(Pump pump) {
    return tapped || (replies != null && pump == server);
  }

  /** Bytes were read and are about to be passed on. */
  void show(Pump pump, ByteBuffer bytes) {
    if (!answered) {
      noteFirst(pump);
    }
    if (tapped) {
      listener.onBytes(pump == client, bytes.asReadOnlyBuffer());
    }
    if (replies != null && pump == server && !replies.read(bytes.asReadOnlyBuffer())) {
      replies = null;
    }
  }

  private void noteFirst(Pump pump) {
    if (pump == server) {
      answered = true;
      listener.onFirstReply();
    } else if (!asked) {
      asked = true;
      listener.onFirstRequest();
    }
  }

  /** Bytes have moved at this moment. */
  void touch() {
    LAST_MOVE.setOpaque(this, loop.momentNanos());
  }

  long momentNanos() {
    return loop.momentNanos();
  }

  /** A direction has used up what it may move. */
  void resumeLater(Pump pump, long nanos) {
    loop.arm(pump == client ? client.resumption : server.resumption, nanos);
  }

  private void expectEndSoon() {
    loop.arm(silence, settings.halfCloseNanos());
  }

  private void onSilenceCheck() {
    boolean ending = halfClosed || lost != null;
    long limit = ending ? settings.halfCloseNanos() : settings.idleNanos();
    long silent = loop.nowNanos() - lastMoveNanos;
    if (silent < limit) {
      loop.arm(silence, limit - silent);
    } else if (client.isPaused() || server.isPaused()) {
      loop.arm(silence, limit); // we keep it silent
    } else if (lost != null) {
      end(lossOf(lost));
    } else {
      end(ending ? RelayEnd.HALF_CLOSE_TIMEOUT : RelayEnd.IDLE_TIMEOUT);
    }
  }

  /** Ends the flow now; both peers see a reset. Does nothing when it is over. */
  public void abort() {
    end(RelayEnd.ABORTED);
  }

  private void end(RelayEnd end) {
    if (over) {
      return;
    }
    over = true;
    loop.cancel(silence);
    client.cancelResumption();
    server.cancelResumption();
    client.discard();
    server.discard();
    if (end == RelayEnd.COMPLETED) {
      client.source.close();
      server.source.close();
    } else {
      client.source.reset();
      server.source.reset();
    }
    listener.onEnd(end);
  }

  /** Our address towards the server; empty when it is over. Any thread. */
  public Optional<SocketAddress> addressTowardsServer() {
    return server.source.localAddress();
  }

  /** Bytes read from the client so far. Any thread. */
  public long bytesFromClient() {
    return client.bytes();
  }

  /** Bytes read from the server so far. Any thread. */
  public long bytesFromServer() {
    return server.bytes();
  }

  /** When a byte last moved, in the time of the loop's clock. Any thread. */
  public long lastMoveNanos() {
    return (long) LAST_MOVE.getOpaque(this);
  }
}
