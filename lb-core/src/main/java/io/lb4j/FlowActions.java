package io.lb4j;

/** What a pool does with the open flows of members that can no longer be had. */
record FlowActions(FlowAction onDown, FlowAction onRemoved, FlowAction onDisabled) {
  static final FlowActions KEEP =
      new FlowActions(FlowAction.keep(), FlowAction.keep(), FlowAction.keep());

  FlowActions onDown(FlowAction action) {
    return new FlowActions(action, onRemoved, onDisabled);
  }

  FlowActions onRemoved(FlowAction action) {
    return new FlowActions(onDown, action, onDisabled);
  }

  FlowActions onDisabled(FlowAction action) {
    return new FlowActions(onDown, onRemoved, action);
  }

  /** For a member that went for this reason: one of the three that begin with {@code MEMBER_}. */
  FlowAction after(CloseReason reason) {
    return switch (reason) {
      case MEMBER_DOWN -> onDown;
      case MEMBER_DISABLED -> onDisabled;
      default -> onRemoved;
    };
  }
}
