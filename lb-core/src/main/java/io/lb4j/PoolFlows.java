package io.lb4j;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The flows of a pool's members, whichever virtual server they came to. Any thread; each flow is
 * closed on its own loop.
 */
final class PoolFlows {
  private final FlowActions actions;
  private final List<FlowLoops> users = new CopyOnWriteArrayList<>();

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
    act(new MemberExit(member, CloseReason.MEMBER_DOWN), actions.onDown());
  }

  void onRemoved(PoolMember member) {
    act(new MemberExit(member, CloseReason.MEMBER_REMOVED), actions.onRemoved());
  }

  void onDisabled(PoolMember member) {
    act(new MemberExit(member, CloseReason.MEMBER_DISABLED), actions.onDisabled());
  }

  private void act(MemberExit exit, FlowAction action) {
    if (!(action instanceof FlowAction.Keep)) {
      users.forEach(user -> user.act(exit, action));
    }
  }

  /** Shows every open flow. */
  void forEach(Consumer<ActiveFlow> visitor) {
    users.forEach(user -> user.forEach(visitor));
  }
}
