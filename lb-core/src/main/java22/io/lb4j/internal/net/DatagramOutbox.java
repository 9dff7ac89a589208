package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * Datagrams that wait to be sent, many at once, until there is no more place, another port wants to
 * send, or the loop's turn ends. All in it are of one port.
 */
final class DatagramOutbox {
  private final DatagramCalls calls;
  private final MessageBatch batch;
  private EpollDatagramPort owner; // of what is in it
  private int count;

  DatagramOutbox(DatagramCalls calls, Arena arena) {
    this.calls = calls;
    batch = new MessageBatch(arena);
  }

  /** Room for a port's next datagram. */
  ByteBuffer room(EpollDatagramPort port) {
    makeWayFor(port);
    return batch.payload(count).clear();
  }

  @SuppressWarnings("ReferenceEquality") // the same memory, not the same bytes
  void add(EpollDatagramPort port, DatagramPath path, ByteBuffer room) {
    makeWayFor(port);
    ByteBuffer place = batch.payload(count);
    if (place != room) { // others have sent since
      place.clear().put(room).flip();
    }
    batch.writeVector(count, place.position(), place.remaining());
    if (port.isIpv6()) {
      batch.writeIpv6(count, path);
    } else {
      batch.writeIpv4(count, path);
    }
    owner = port;
    count++;
    if (count == MessageBatch.SIZE) {
      flush();
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private void makeWayFor(EpollDatagramPort port) {
    while (count > 0 && owner != port) {
      flush();
    }
  }

  /** Sends what a port has in it. */
  @SuppressWarnings("ReferenceEquality")
  void flush(EpollDatagramPort port) {
    if (owner == port) {
      flush();
    }
  }

  /**
   * Sends all that is in it. Drops are told when it is empty again: whoever hears of them may send.
   */
  void flush() {
    if (count == 0) {
      return;
    }
    EpollDatagramPort sender = owner;
    int noRoom = 0;
    int tooLong = 0;
    int refused = 0;
    int next = 0;
    while (next < count) {
      int result = calls.send(sender.descriptor(), batch, next, count - next);
      if (result > 0 || result == -Linux.EINTR) {
        next += Math.max(result, 0);
        continue;
      }
      switch (Errors.outcomeOf(result)) {
        case NO_ROOM -> noRoom++;
        case TOO_LONG -> tooLong++;
        default -> refused++;
      }
      next++;
    }
    owner = null;
    count = 0;
    sender.tellDropped(DatagramOutcome.NO_ROOM, noRoom);
    sender.tellDropped(DatagramOutcome.TOO_LONG, tooLong);
    sender.tellDropped(DatagramOutcome.REFUSED, refused);
  }

  /** Where the memory of the next datagram's room begins; 0 if this is not it. */
  @SuppressWarnings("ReferenceEquality")
  long addressOf(ByteBuffer room) {
    return batch.payload(count) == room ? batch.payloadAddress(count) : 0;
  }
}
