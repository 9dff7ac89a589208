package io.lb4j.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the system make the small writes of a turn with one call, through an io_uring. That a write
 * never blocks makes it simple: all are over when the call returns, so nothing is under way between
 * two calls, and a descriptor that is closed has no request left.
 *
 * <p>The ring is opened when it is first needed. Where there is none to be had, every write is a
 * call of its own.
 */
final class SendRing implements WriteBatch {
  private static final Logger LOG = LoggerFactory.getLogger(SendRing.class);

  /** What the call itself costs is worth it from so many writes on. */
  private static final int LEAST_WRITES = 3;

  private static final int REFUSALS_BEFORE_NEXT_TRY = 1000;
  private static final int UNKNOWN = Integer.MIN_VALUE;

  private final EpollPoller poller;
  private final EpollSocket[] sinks = new EpollSocket[Tray.PLACES];
  private final int[] places = new int[Tray.PLACES]; // in the order of adding
  private final int[] results = new int[Tray.PLACES];
  private int added;
  private int made; // a bit for every place
  private boolean allowed;
  private int refusalsLeft;
  private boolean warned;
  private Ring ring; // null until it is needed

  SendRing(EpollPoller poller, boolean allowed) {
    this.poller = poller;
    this.allowed = allowed;
  }

  @Override
  public boolean begin(int writes) {
    for (int i = 0; i < added; i++) {
      sinks[places[i]] = null; // of one that nobody asked about: its flow has ended
    }
    made = 0;
    added = 0;
    if (!allowed || writes < LEAST_WRITES || (ring == null && !open())) {
      return false;
    }
    ring.begin();
    return true;
  }

  private boolean open() {
    if (refusalsLeft > 0) {
      refusalsLeft--;
      return false;
    }
    try {
      refusalsLeft = REFUSALS_BEFORE_NEXT_TRY;
      ring = Ring.open(poller.libc());
      refusalsLeft = 0;
      return true;
    } catch (IOException none) {
      warn(none.getMessage() + "; limits: ulimit -n, ulimit -l");
      return false;
    }
  }

  private void warn(String reason) {
    if (!warned) {
      warned = true;
      LOG.warn("no io_uring ({}): small payloads are sent one by one", reason);
    }
  }

  @Override
  public void add(int place, StreamSocket sink, ByteBuffer payload) {
    EpollSocket socket = (EpollSocket) sink;
    if (!socket.isOpen()) {
      return; // whoever writes to it will hear that
    }
    long address = socket.beginWrite(payload);
    ring.addSend(socket.descriptor(), address, payload.remaining(), place);
    sinks[place] = socket;
    places[added] = place;
    added++;
  }

  @Override
  public void make() {
    for (int i = 0; i < added; i++) {
      results[places[i]] = UNKNOWN;
      made |= 1 << places[i];
    }
    boolean done = false;
    try {
      int taken = ring.submit();
      for (int i = taken; i < added; i++) {
        made &= ~(1 << places[i]);
      }
      collect();
      done = true;
      if (taken == 0 && added > 0) {
        giveUpIfRefused();
      }
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /** Those that the ring failed before the socket was asked are for a call of their own. */
  private void collect() {
    int completed = ring.completed();
    for (int i = 0; i < completed; i++) {
      int place = (int) ring.mark(i);
      results[place] = ring.result(i);
      if (isOfTheRing(results[place])) {
        made &= ~(1 << place);
      }
    }
    ring.forget(completed);
  }

  private static boolean isOfTheRing(int result) {
    return result == -Linux.ENOMEM || result == -Linux.EINVAL || result == -Linux.ECANCELED;
  }

  private void giveUpIfRefused() {
    int refusal = ring.refusal();
    if (refusal != 0) {
      warn("io_uring_enter: " + Libc.message(-refusal));
      close();
    }
  }

  @Override
  public boolean isMade(int place) {
    return (made & 1 << place) != 0;
  }

  @Override
  public int result(int place, ByteBuffer payload) throws IOException {
    EpollSocket sink = sinks[place];
    sinks[place] = null;
    if (results[place] == UNKNOWN) {
      throw new IllegalStateException("nobody can tell what was sent");
    }
    return sink.endWrite(payload, results[place]);
  }

  /** For good: no ring is opened after this. */
  void close() {
    allowed = false;
    if (ring != null) {
      Ring closing = ring;
      ring = null;
      closing.close(poller.libc());
    }
  }
}
