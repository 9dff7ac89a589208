package io.lb4j;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a flow has come: immutable, made anew at each step by the flow's loop, so that any thread
 * reads one consistent state without a lock.
 */
record FlowState(
    Flow.Phase phase,
    List<FlowKey> keys,
    Optional<PoolMember> member,
    Optional<SocketAddress> virtualClient,
    List<ConnectAttempt> failures,
    long connectNanos,
    Optional<CloseReason> closeReason,
    long closedNanos) {
  private static final long NOT_CONNECTED = -1;

  static final FlowState ACCEPTED =
      new FlowState(
          Flow.Phase.ACCEPTED,
          List.of(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          NOT_CONNECTED,
          Optional.empty(),
          0);

  /** With what persistence knows the client by, the most telling first. */
  FlowState known(List<FlowKey> keys) {
    return new FlowState(
        phase, keys, member, virtualClient, failures, connectNanos, closeReason, closedNanos);
  }

  /** With one more such key, before the others. */
  FlowState alsoKnown(FlowKey key) {
    List<FlowKey> more = new ArrayList<>(keys);
    more.remove(key);
    more.add(0, key);
    return known(List.copyOf(more));
  }

  FlowState queued() {
    return new FlowState(
        Flow.Phase.QUEUED,
        keys,
        member,
        virtualClient,
        failures,
        connectNanos,
        closeReason,
        closedNanos);
  }

  FlowState connecting(PoolMember chosen) {
    return new FlowState(
        Flow.Phase.CONNECTING,
        keys,
        chosen.present(),
        virtualClient,
        failures,
        connectNanos,
        closeReason,
        closedNanos);
  }

  FlowState connected(Optional<SocketAddress> localAddress, long takenNanos) {
    return new FlowState(
        Flow.Phase.RELAYING,
        keys,
        member,
        localAddress,
        failures,
        takenNanos,
        closeReason,
        closedNanos);
  }

  /** It has lost its member, and is as if none had been chosen. */
  FlowState withoutMember() {
    return new FlowState(
        Flow.Phase.ACCEPTED,
        keys,
        Optional.empty(),
        Optional.empty(),
        failures,
        NOT_CONNECTED,
        closeReason,
        closedNanos);
  }

  FlowState failed(ConnectAttempt attempt) {
    return new FlowState(
        phase, keys, member, virtualClient, with(attempt), connectNanos, closeReason, closedNanos);
  }

  FlowState halfClosed(boolean byClient) {
    return new FlowState(
        byClient ? Flow.Phase.CLIENT_ENDED : Flow.Phase.MEMBER_ENDED,
        keys,
        member,
        virtualClient,
        failures,
        connectNanos,
        closeReason,
        closedNanos);
  }

  FlowState closed(CloseReason reason, long nowNanos) {
    return new FlowState(
        phase, keys, member, virtualClient, failures, connectNanos, Optional.of(reason), nowNanos);
  }

  /** All attempts; the one that succeeded is written down when someone asks. */
  List<ConnectAttempt> attempts() {
    if (connectNanos == NOT_CONNECTED) {
      return failures;
    }
    Duration taken = Duration.ofNanos(connectNanos);
    return with(
        new ConnectAttempt(member.orElseThrow(), ConnectAttempt.Outcome.CONNECTED, taken, ""));
  }

  private List<ConnectAttempt> with(ConnectAttempt attempt) {
    if (failures.isEmpty()) {
      return List.of(attempt);
    }
    List<ConnectAttempt> more = new ArrayList<>(failures);
    more.add(attempt);
    return List.copyOf(more);
  }

  /** Whether connecting to a member has failed for this flow. */
  boolean hasFailedOn(PoolMember candidate) {
    for (int i = 0; i < failures.size(); i++) {
      if (failures.get(i).member() == candidate) {
        return true;
      }
    }
    return false;
  }
}
