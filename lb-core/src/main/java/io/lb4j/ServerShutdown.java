package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way down of a virtual server: draining, closing, and waiting for either. Anybody may ask for
 * it, several at a time and from anywhere: whoever is first does it, and the others wait. For an
 * event loop, which would wait for itself, a thread of its own does it.
 */
final class ServerShutdown {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  private final VirtualServerSettings settings;
  private final FlowGate gate;
  private final FlowLoops loops;
  private final FlowTable flows;
  private final AtomicBoolean drainsInBackground = new AtomicBoolean();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Thread closer;

  ServerShutdown(VirtualServerSettings settings, FlowGate gate, FlowLoops loops, FlowTable flows) {
    this.settings = settings;
    this.gate = gate;
    this.loops = loops;
    this.flows = flows;
  }

  /** See {@link VirtualServer#drain}. */
  boolean drain(Duration grace) {
    if (!closing.get()) {
      LOG.info("virtual server {} drains for up to {}", settings.name(), Durations.brief(grace));
    }
    loops.stopListening(true);
    if (!EventLoop.isCurrentThreadALoop()) {
      return finishDrain(grace);
    }
    if (drainsInBackground.compareAndSet(false, true)) {
      inBackground("drain", () -> finishDrain(grace));
    }
    return false;
  }

  private boolean finishDrain(Duration grace) {
    try {
      loops.awaitNotListening(); // only then is every client in that was to be taken in
      return gate.awaitEmpty(grace.toNanos()) && flows.closed(CloseReason.SHUTDOWN) == 0;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      close();
    }
  }

  /** See {@link VirtualServer#close}. */
  void close() {
    boolean mayWait = !EventLoop.isCurrentThreadALoop();
    if (closing.compareAndSet(false, true)) {
      loops.stopListening(false);
      loops.stop();
      if (mayWait) {
        finishClose();
      } else {
        closeInBackground();
      }
    } else if (mayWait && closer != Thread.currentThread()) {
      awaitClosed();
    }
  }

  private void closeInBackground() {
    boolean begun = false;
    try {
      inBackground("close", this::finishClose);
      begun = true;
    } finally {
      if (!begun) { // no thread to be had: then nobody waits for the loops
        closed.countDown();
      }
    }
  }

  private void finishClose() {
    closer = Thread.currentThread();
    try {
      loops.join();
      for (Pool pool : settings.pools()) {
        pool.flows().leave(loops);
        pool.release();
      }
    } finally {
      LOG.info("virtual server {} is closed", settings.name());
      closed.countDown();
    }
  }

  private void awaitClosed() {
    try {
      closed.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void inBackground(String what, Runnable task) {
    Thread thread = new Thread(task, "lb4j-" + settings.name() + "-" + what);
    thread.setDaemon(settings.daemon());
    thread.start();
  }
}
