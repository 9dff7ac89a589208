package io.lb4j;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a flow has come: immutable, made anew at each step by the flow's loop, so that any thread
 * reads one consistent state without a lock.
 */
record FlowState(
    Flow.Phase phase,
    Optional<AddressKey> persistenceKey,
    Optional<PoolMember> member,
    Optional<SocketAddress> virtualClient,
    List<ConnectAttempt> attempts,
    Optional<CloseReason> closeReason,
    long closedNanos) {

  static final FlowState ACCEPTED =
      new FlowState(
          Flow.Phase.ACCEPTED,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          0);

  FlowState known(AddressKey key) {
    return new FlowState(
        phase, Optional.of(key), member, virtualClient, attempts, closeReason, closedNanos);
  }

  FlowState connecting(PoolMember chosen) {
    return new FlowState(
        Flow.Phase.CONNECTING,
        persistenceKey,
        Optional.of(chosen),
        virtualClient,
        attempts,
        closeReason,
        closedNanos);
  }

  FlowState connected(Optional<SocketAddress> localAddress, ConnectAttempt attempt) {
    return new FlowState(
        Flow.Phase.RELAYING,
        persistenceKey,
        member,
        localAddress,
        with(attempt),
        closeReason,
        closedNanos);
  }

  FlowState failed(ConnectAttempt attempt) {
    return new FlowState(
        phase, persistenceKey, member, virtualClient, with(attempt), closeReason, closedNanos);
  }

  FlowState halfClosed(boolean byClient) {
    return new FlowState(
        byClient ? Flow.Phase.CLIENT_ENDED : Flow.Phase.MEMBER_ENDED,
        persistenceKey,
        member,
        virtualClient,
        attempts,
        closeReason,
        closedNanos);
  }

  FlowState closed(CloseReason reason, long nowNanos) {
    return new FlowState(
        phase, persistenceKey, member, virtualClient, attempts, Optional.of(reason), nowNanos);
  }

  private List<ConnectAttempt> with(ConnectAttempt attempt) {
    if (attempts.isEmpty()) {
      return List.of(attempt);
    }
    List<ConnectAttempt> more = new ArrayList<>(attempts);
    more.add(attempt);
    return List.copyOf(more);
  }

  /** Whether connecting to a member has failed for this flow. */
  boolean hasFailedOn(PoolMember candidate) {
    for (int i = 0; i < attempts.size(); i++) {
      if (attempts.get(i).member() == candidate) {
        return true;
      }
    }
    return false;
  }
}
