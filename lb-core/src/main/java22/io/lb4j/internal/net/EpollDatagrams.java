package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/** What the ports of a poller share: the memory through which datagrams come and go. */
final class EpollDatagrams {
  final DatagramInbox inbox;
  final DatagramOutbox outbox;

  EpollDatagrams(Arena arena) throws IOException {
    DatagramCalls calls = DatagramCalls.granted(new Errno(arena));
    inbox = new DatagramInbox(calls, arena);
    outbox = new DatagramOutbox(calls, arena);
  }

  /** Where the memory of a buffer begins, if it is one of those at hand; else 0. */
  long addressOf(ByteBuffer buffer) {
    long address = inbox.addressOf(buffer);
    return address != 0 ? address : outbox.addressOf(buffer);
  }
}
