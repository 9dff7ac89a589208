package io.lb4j;

/** Which way bytes go through a flow. */
public enum Direction {
  /** From the client to the member. */
  FROM_CLIENT,
  /** From the member to the client. */
  FROM_MEMBER
}
