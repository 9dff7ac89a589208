package io.lb4j;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The flows of a pool's members, whichever virtual server they came to. Any thread, but exits are
 * for whoever has the pool's lock; each flow is closed on its own loop.
 */
final class PoolFlows {
  private final FlowActions actions;
  private final List<FlowLoops> users = new CopyOnWriteArrayList<>();
  private final Queue<MemberExit> exits = new ArrayDeque<>();

  PoolFlows(FlowActions actions) {
    this.actions = actions;
  }

  /** A virtual server begins to use the pool. */
  void join(FlowLoops user) {
    users.add(user);
  }

  /** A virtual server no longer uses the pool. */
  void leave(FlowLoops user) {
    users.remove(user);
  }

  void onDown(PoolMember member) {
    exits.add(new MemberExit(member, CloseReason.MEMBER_DOWN));
  }

  void onRemoved(PoolMember member) {
    exits.add(new MemberExit(member, CloseReason.MEMBER_REMOVED));
  }

  void onDisabled(PoolMember member) {
    exits.add(new MemberExit(member, CloseReason.MEMBER_DISABLED));
  }

  /**
   * Acts on the flows of those that went. To be called when loops see a view without them: before
   * that they go on sending flows there, which nobody would look for again.
   */
  void actOnExits() {
    for (MemberExit exit = exits.poll(); exit != null; exit = exits.poll()) {
      FlowAction action = actions.after(exit.reason());
      if (!(action instanceof FlowAction.Keep)) {
        for (FlowLoops user : users) {
          user.act(exit, action);
        }
      }
    }
  }

  /** Shows every open flow. */
  void forEach(Consumer<ActiveFlow> visitor) {
    users.forEach(user -> user.forEach(visitor));
  }
}
