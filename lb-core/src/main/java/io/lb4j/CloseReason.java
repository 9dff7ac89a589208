package io.lb4j;

/**
 * Why a flow ended. Together with {@link Flow#phase()}, which tells when, it plays the part of
 * HAProxy's two letters.
 */
public enum CloseReason {
  /**
   * Client and member both ended their streams in order; a UDP session had the replies that it was
   * to have.
   */
  COMPLETED,
  /** The client reset the connection or vanished. */
  CLIENT_RESET,
  /** The member reset the connection or vanished. */
  MEMBER_RESET,
  /** Nothing moved for the idle timeout; both sides were reset. UDP sessions mostly end so. */
  IDLE_TIMEOUT,
  /** One side had ended and nothing moved for the half-close timeout; both sides were reset. */
  HALF_CLOSE_TIMEOUT,
  /**
   * Every attempt to connect to a member failed; {@link Flow#attempts()} tells each. The client was
   * reset.
   */
  CONNECT_FAILED,
  /** The {@link Routes} placed it nowhere. The client was reset. */
  NO_ROUTE,
  /** No member was available. The client was reset. */
  NO_MEMBER,
  /**
   * Members were available, but every one had its maximum of flows or of new flows per second. The
   * client was reset.
   */
  MEMBERS_FULL,
  /** No member could be had and the pool's queue was full. The client was reset. */
  QUEUE_FULL,
  /** It waited in the pool's queue for as long as it may. The client was reset. */
  QUEUE_TIMEOUT,
  /**
   * The virtual server had its maximum of flows. The client was reset; of a UDP client this
   * datagram is dropped, and the next finds room that another loop has made.
   */
  MAX_FLOWS,
  /**
   * A UDP session made room for a new one: the virtual server had its maximum of flows, or the
   * system no descriptor left, and this session had been idle for longest.
   */
  EVICTED,
  /** More clients came in a second than may. The client was reset. */
  CONNECTION_RATE,
  /**
   * The connection did not come from one of the {@link TrustedProxies}, or did not begin with a
   * correct PROXY header in time. It was reset.
   */
  PROXY_HEADER,
  /** The client has sent nothing for as long as it may. It was reset. */
  CLIENT_SILENT,
  /** The {@link AccessPolicy}'s lists do not let the client's address in. The client was reset. */
  DENIED,
  /** Its client had its maximum of open flows, see {@link AccessPolicy}. The client was reset. */
  CLIENT_LIMIT,
  /** Its client had too many new flows lately, see {@link AccessPolicy}. The client was reset. */
  CLIENT_RATE,
  /** The {@link AccessPolicy}'s admission said no, or threw. The client was reset. */
  NOT_ADMITTED,
  /** The strategy threw, or chose what is not among the available members. The client was reset. */
  STRATEGY_FAILED,
  /** The flow had lived for the maximum lifetime; both sides were reset. */
  MAX_LIFETIME,
  /** The member went down, and the pool's {@link FlowAction} for that ended the flow by a reset. */
  MEMBER_DOWN,
  /** The member left the pool, and the pool's {@link FlowAction} for that ended it by a reset. */
  MEMBER_REMOVED,
  /** The member was disabled, and the pool's {@link FlowAction} for that ended it by a reset. */
  MEMBER_DISABLED,
  /** {@link Pool#rebalance} ended it: its member had too many flows. Both sides were reset. */
  REBALANCED,
  /** The host application closed the flow. Both sides were reset. */
  CLOSED_BY_HOST,
  /** The virtual server was closed, or its drain ran out of time. Both sides were reset. */
  SHUTDOWN,
  /** lb4j failed; the log has an error. Both sides were reset. */
  INTERNAL_ERROR
}
