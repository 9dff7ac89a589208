package io.lb4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One loop's part of the flow table: slots in an array, and the slots that are free. The loop alone
 * adds and removes, with two plain stores and a release; other threads walk the array and see each
 * flow that was there before they began and did not end meanwhile.
 */
final class FlowShard {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(ActiveFlow[].class);
  private static final int FIRST_SIZE = 16;

  private final LoopCounter opened = new LoopCounter();
  private final Map<CloseReason, LoopCounter> closed = new EnumMap<>(CloseReason.class);
  private volatile ActiveFlow[] slots = new ActiveFlow[FIRST_SIZE];
  private int[] free = new int[FIRST_SIZE];
  private int freeCount;
  private int used;

  FlowShard() {
    for (CloseReason reason : CloseReason.values()) {
      closed.put(reason, new LoopCounter());
    }
  }

  /** The loop has a new flow. */
  void add(ActiveFlow flow) {
    int slot = freeCount > 0 ? free[--freeCount] : freshSlot();
    flow.slot(slot);
    SLOT.setRelease(slots, slot, flow);
  }

  private int freshSlot() {
    if (used == slots.length) {
      free = Arrays.copyOf(free, used * 2); // the one that may be longer than the other
      slots = Arrays.copyOf(slots, used * 2);
    }
    return used++;
  }

  /** A flow has ended. */
  void remove(ActiveFlow flow) {
    SLOT.setRelease(slots, flow.slot(), null);
    free[freeCount++] = flow.slot();
    flow.slot(-1);
  }

  void countOpened() {
    opened.increment();
  }

  void countClosed(CloseReason reason) {
    closed.get(reason).increment();
  }

  long opened() {
    return opened.get();
  }

  long closed(CloseReason reason) {
    return closed.get(reason).get();
  }

  /** How many flows are open. Any thread. */
  int count() {
    int[] count = new int[1];
    forEach(flow -> count[0]++);
    return count[0];
  }

  /** Shows every open flow. Any thread. */
  void forEach(Consumer<ActiveFlow> visitor) {
    ActiveFlow[] seen = slots;
    for (int slot = 0; slot < seen.length; slot++) {
      ActiveFlow flow = (ActiveFlow) SLOT.getAcquire(seen, slot);
      if (flow != null) {
        visitor.accept(flow);
      }
    }
  }
}
