package io.lb4j.internal.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/** The place where calls leave their error number. It belongs to one thread at a time. */
final class Errno {
  private static final VarHandle NUMBER =
      Linkage.STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** What every call is given. */
  final MemorySegment state;

  Errno(Arena arena) {
    state = arena.allocate(Linkage.STATE);
  }

  /** What a call returned, or its negative error number. */
  int orError(int returned) {
    return returned >= 0 ? returned : -(int) NUMBER.get(state, 0L);
  }

  /** What a call returned, or its negative error number. */
  long orError(long returned) {
    return returned >= 0 ? returned : -(int) NUMBER.get(state, 0L);
  }
}
