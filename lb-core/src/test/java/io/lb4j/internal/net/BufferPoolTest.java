package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
  private final BufferPool pool = new BufferPool();

  private ByteBuffer keep(int bytes) {
    ByteBuffer desk = pool.desk();
    for (int i = 0; i < bytes; i++) {
      desk.put((byte) i);
    }
    return pool.keep(desk.flip());
  }

  @Test
  void keptBytesStayWhereTheyWereReadAndTheDeskIsAnother() {
    ByteBuffer desk = pool.desk();
    desk.put((byte) 42).flip();
    ByteBuffer kept = pool.keep(desk);
    assertThat(kept).isSameAs(desk);
    assertThat(pool.desk()).isNotSameAs(kept);
    assertThat(kept.get()).isEqualTo((byte) 42);
  }

  @Test
  void directMemoryIsBoundedHoweverManyPeersAreSlow() {
    List<ByteBuffer> kept = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      kept.add(keep(10));
    }
    assertThat(kept.stream().filter(ByteBuffer::isDirect)).hasSize(BufferPool.MAX_LENT);
    assertThat(kept).allSatisfy(buffer -> assertThat(buffer.remaining()).isEqualTo(10));
    assertThat(kept.get(99).capacity()).as("a heap buffer of the exact size").isEqualTo(10);
    kept.forEach(pool::release);
    assertThat(pool.lent()).isZero();
  }

  @Test
  void heapCopiesBeyondTheirShareMakeReadsSmall() {
    List<ByteBuffer> kept = new ArrayList<>();
    while (pool.desk().remaining() == BufferPool.DESK_BYTES) {
      kept.add(keep(BufferPool.DESK_BYTES));
      assertThat(kept.size()).as("reads never become small").isLessThan(10_000);
    }
    assertThat(pool.desk().remaining()).isEqualTo(BufferPool.SMALL_READ_BYTES);
    kept.forEach(pool::release);
    assertThat(pool.desk().remaining()).isEqualTo(BufferPool.DESK_BYTES);
  }

  @Test
  void givenBackDesksAreUsedAgain() {
    ByteBuffer first = keep(1);
    pool.release(first);
    ByteBuffer second = keep(1);
    ByteBuffer desk = pool.desk();
    assertThat(desk).isSameAs(first);
    assertThat(second).isNotSameAs(first);
  }
}
