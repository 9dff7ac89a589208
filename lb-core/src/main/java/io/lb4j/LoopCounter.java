package io.lb4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A counter that one loop writes and any thread reads. */
final class LoopCounter {
  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(LoopCounter.class, "value", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private long value;

  void increment() {
    VALUE.setRelease(this, value + 1);
  }

  long get() {
    return (long) VALUE.getAcquire(this);
  }
}
