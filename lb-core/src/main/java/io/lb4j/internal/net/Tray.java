package io.lb4j.internal.net;

import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where small payloads lie until the loop has read from everyone who was ready: then all are sent,
 * one right after the other. To read from many and then to send to many costs the system less than
 * to read and send by turns. It shows where payloads are small: a large one costs what it takes to
 * copy it.
 *
 * <p>Where the transport can, it makes all those writes with one call (see {@link WriteBatch});
 * then their owners are told one after the other what became of them, as if each had just written.
 *
 * <p>Nothing lies here for long. It is emptied before the loop waits, and as soon as something
 * large was sent; what comes when all places are taken is sent by its owner, at once.
 */
final class Tray {
  private static final Logger LOG = LoggerFactory.getLogger(Tray.class);

  static final int PLACES = 32;

  private final int placeBytes;
  private final Sender[] senders = new Sender[PLACES];
  private final int[] lengths = new int[PLACES];
  private ByteBuffer memory; // null until prepared
  private ByteBuffer payload; // a view of one place
  private int taken;
  private boolean sending;
  private int current;
  private boolean written;
  private WriteBatch batch = WriteBatch.NONE;

  /** A tray with places of a size; it takes no memory until it is prepared. */
  Tray(int placeBytes) {
    this.placeBytes = placeBytes;
  }

  /** Whose payload it is. */
  interface Sender {
    /** Where it goes to. */
    StreamSocket sink();

    /** Whether it still is to be sent. */
    boolean isInTray();

    /**
     * Sends a payload by {@link Tray#write}, or keeps a copy of what cannot be sent.
     *
     * @param payload good during the call only
     */
    void send(ByteBuffer payload);

    /** {@link #send} threw; see {@link ReadyHandler#onHandlerFailure}. */
    void onHandlerFailure(Throwable failure);
  }

  /** Has it write several payloads together from now on. */
  void writeWith(WriteBatch writes) {
    batch = writes;
  }

  /** Takes the memory that it needs. Where there is none, it takes no payloads. */
  void prepare() {
    try {
      ByteBuffer all = ByteBuffer.allocateDirect(PLACES * placeBytes);
      payload = all.duplicate();
      memory = all;
    } catch (OutOfMemoryError noDirectMemory) {
      LastWords.say(() -> LOG.debug("payloads are sent one by one: {}", noDirectMemory.toString()));
    }
  }

  /** Copies a payload; false when it is too large or all places are taken. */
  boolean take(ByteBuffer bytes, Sender sender) {
    int length = bytes.remaining();
    if (length > placeBytes || taken == PLACES || memory == null) {
      return false;
    }
    memory.put(taken * placeBytes, bytes, bytes.position(), length);
    senders[taken] = sender;
    lengths[taken] = length;
    taken++;
    return true;
  }

  /** Has all payloads sent, also those that come meanwhile. */
  void empty() {
    if (taken == 0 || sending) {
      return;
    }
    sending = true;
    boolean together = writeTogether();
    int count = taken; // more may come
    for (current = 0; current < taken; current++) {
      send(current, together && current < count && batch.isMade(current));
    }
    taken = 0;
    sending = false;
  }

  /** Whether anything was written; it is told place by place what became of it. */
  private boolean writeTogether() {
    boolean begun = false;
    try {
      begun = batch.begin(taken);
      for (int place = 0; begun && place < taken; place++) {
        if (senders[place].isInTray()) {
          batch.add(place, senders[place].sink(), payloadAt(place));
        }
      }
      if (begun) {
        batch.make();
      }
    } catch (Throwable failure) { // what was not made is written one by one
      LastWords.say(LOG, "payloads could not be sent together", failure);
    }
    return begun;
  }

  /** Where a payload lies, in a buffer that is good until the next call. */
  private ByteBuffer payloadAt(int place) {
    int start = place * placeBytes;
    return payload.limit(start + lengths[place]).position(start);
  }

  /** Writes the payload that its sender is given at this moment, or tells how that went. */
  int write(StreamSocket sink, ByteBuffer bytes) throws IOException {
    return written ? batch.result(current, bytes) : sink.write(bytes);
  }

  private void send(int place, boolean alreadyWritten) {
    Sender sender = senders[place];
    senders[place] = null;
    payloadAt(place);
    written = alreadyWritten;
    try {
      sender.send(payload);
    } catch (Throwable failure) { // as in ReadyDispatch
      tell(sender, failure);
    }
  }

  /** Whoever empties the tray has no part in it, not even when the failure cannot be told. */
  private static void tell(Sender sender, Throwable failure) {
    try {
      sender.onHandlerFailure(failure);
    } catch (Throwable again) {
      LastWords.say(LOG, "a flow did not end as it should after a failure", again);
    }
  }
}
