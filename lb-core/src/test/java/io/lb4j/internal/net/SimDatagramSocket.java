package io.lb4j.internal.net;

import java.util.ArrayDeque;

/** A simulated socket of lb4j's: it stands in its poller's queue as long as it has something. */
abstract class SimDatagramSocket extends SimEndpoint {
  final SimTransport.SimPoller poller;
  private ArrayDeque<SimDatagram> arrived; // null while there is nothing
  boolean queued;

  SimDatagramSocket(SimTransport.SimPoller poller) {
    super(poller.network());
    this.poller = poller;
  }

  @Override
  final void arrive(SimDatagram datagram) {
    if (arrived == null) {
      arrived = new ArrayDeque<>(2);
    }
    if (network.mayWait(arrived.size())) {
      arrived.add(datagram);
      queueIfReady();
    }
  }

  /** The next datagram, or null. */
  final SimDatagram next() {
    synchronized (network) {
      SimDatagram next = arrived == null ? null : arrived.poll();
      if (arrived != null && arrived.isEmpty()) {
        arrived = null;
      }
      return next;
    }
  }

  final boolean hasArrivals() {
    return arrived != null;
  }

  final void queueIfReady() {
    synchronized (network) {
      if (!queued && !closed && isReady()) {
        queued = true;
        poller.datagramsReady.add(this);
      }
    }
  }

  /** Whether its handler is to be called; the network is locked. */
  abstract boolean isReady();

  /** Calls its handler, on the thread of its loop. */
  abstract void tell();

  final void leave() {
    synchronized (network) {
      network.leave(this);
      arrived = null;
      poller.datagramSockets.remove(this);
    }
  }
}
