package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/** Receives datagrams, many at once, for all ports of a poller in turn. */
final class DatagramInbox {
  private final DatagramCalls calls;
  private final MessageBatch batch;
  private final DatagramOrigin origin = new DatagramOrigin();
  private int used;
  private int told;

  DatagramInbox(DatagramCalls calls, Arena arena) {
    this.calls = calls;
    batch = new MessageBatch(arena);
    for (int place = 0; place < MessageBatch.SIZE; place++) {
      batch.openVector(place);
      batch.expect(place);
    }
  }

  /**
   * Receives up to so many datagrams and tells of them, as long as the port is open.
   *
   * @return how many have come, or the negative error number
   */
  int receive(EpollDatagramPort port, DatagramHandler handler, int most) {
    for (int place = 0; place < used; place++) {
      batch.expect(place); // the system has left there what it wrote
    }
    int count = calls.receive(port.descriptor(), batch, most);
    used = Math.max(count, 0);
    for (int place = 0; place < count && port.isOpen(); place++) {
      told = place;
      tell(handler, batch.payload(place).clear().limit(batch.length(place)));
    }
    return count;
  }

  private void tell(DatagramHandler handler, ByteBuffer payload) {
    try {
      batch.readOrigin(told, origin);
      handler.onDatagram(origin, payload);
    } catch (Throwable failure) { // also an Error: the loop carries flows that have no part in it
      handler.onHandlerFailure(failure);
    }
  }

  /** Where the memory of the payload begins that is being told of; 0 if this is not it. */
  @SuppressWarnings("ReferenceEquality") // the same memory, not the same bytes
  long addressOf(ByteBuffer payload) {
    return batch.payload(told) == payload ? batch.payloadAddress(told) : 0;
  }
}
