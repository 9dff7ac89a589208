package io.lb4j.internal.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Several writes that the system is asked for together. They are added at numbered places, made,
 * and then each is asked for what it came to; what cannot be made in this way is left out, and is
 * for {@link StreamSocket#write} as ever. It belongs to one loop.
 */
interface WriteBatch {
  /** Of a transport that makes each write by itself. */
  WriteBatch NONE =
      new WriteBatch() {
        @Override
        public boolean begin(int writes) {
          return false;
        }

        @Override
        public void add(int place, StreamSocket sink, ByteBuffer payload) {}

        @Override
        public void make() {}

        @Override
        public boolean isMade(int place) {
          return false;
        }

        @Override
        public int result(int place, ByteBuffer payload) {
          return 0;
        }
      };

  /**
   * Begins a batch; what was added before and not made is forgotten.
   *
   * @param writes how many there will be at most
   * @return whether that many cost less together
   */
  boolean begin(int writes);

  /**
   * Adds a write to a socket that has none in this batch.
   *
   * @param place 0 to {@link Tray#PLACES} - 1, each once
   * @param payload direct memory, which stays as it is until the result was asked for
   */
  void add(int place, StreamSocket sink, ByteBuffer payload);

  /** Makes what was added; it may take some and leave out the others. */
  void make();

  /** Whether the write of a place was made, whatever came of it; until the next batch. */
  boolean isMade(int place);

  /**
   * What the write of a place that was made came to; to be asked once, of a socket that is still
   * open.
   *
   * @param payload as it was added; moves on by what was taken
   * @return and throws what {@link StreamSocket#write} does
   */
  int result(int place, ByteBuffer payload) throws IOException;
}
