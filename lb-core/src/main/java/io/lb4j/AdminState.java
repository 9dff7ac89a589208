package io.lb4j;

/**
 * What the operator wants of a member. Independent of its {@link Health}: a monitor never undoes an
 * operator. Flows that are open already go on in every state.
 */
public enum AdminState {
  /** Takes new flows. F5 and HAProxy: enabled, ready. */
  ENABLED,
  /**
   * Takes new flows only from clients that persistence sends to it. F5: disabled; HAProxy: drain.
   */
  DRAINING,
  /** Takes no new flow. F5: forced offline; HAProxy: maint. */
  DISABLED
}
