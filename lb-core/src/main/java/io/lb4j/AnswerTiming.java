package io.lb4j;

/** One flow's waiting for its member, from the attempt to connect to the first bytes. */
final class AnswerTiming {
  private enum State {
    CONNECTING,
    /** Connected, and the client has said nothing: nobody waits for the member. */
    IDLE,
    ASKED,
    DECIDED
  }

  private final ResponseTime member;
  private final long begunNanos;
  private long connectNanos;
  private long askedNanos;
  private State state = State.CONNECTING;

  /** The attempt to connect begins. */
  AnswerTiming(ResponseTime member, long nowNanos) {
    this.member = member;
    this.begunNanos = nowNanos;
    member.await(nowNanos);
  }

  void connected(long nowNanos) {
    connectNanos = nowNanos - begunNanos;
    member.connected(connectNanos, nowNanos);
    state = State.IDLE;
  }

  /** The client's first bytes are on their way to the member. */
  void asked(long nowNanos) {
    if (state == State.IDLE) {
      askedNanos = nowNanos;
      state = State.ASKED;
      member.await(nowNanos);
    }
  }

  /**
   * The member's first bytes have come.
   *
   * @param sinceNanos when the client's last ones went out; when it was connected, if the member
   *     speaks first
   */
  void answered(long sinceNanos, long nowNanos) {
    if (decide()) {
      member.answered(connectNanos + nowNanos - sinceNanos, nowNanos);
    }
  }

  /** The member refused, reset, or was silent for too long. */
  void failed(long nowNanos) {
    long waited = waitedNanos(nowNanos);
    if (decide()) {
      member.failed(waited, nowNanos);
    }
  }

  /** Both sides have ended in order: for a client that had said something without an answer. */
  void completed(long nowNanos) {
    if (state == State.ASKED) {
      failed(nowNanos);
    }
  }

  /**
   * The flow has ended by no fault of the member, but perhaps for want of patience. A member of
   * which only a given-up connect is known stays unknown: how long it takes was not seen.
   */
  void ended(long nowNanos) {
    boolean hasWaited = state == State.ASKED || (state == State.CONNECTING && member.isKnown());
    long waited = waitedNanos(nowNanos);
    if (decide() && hasWaited) {
      member.gaveUp(waited, nowNanos);
    }
  }

  /** A client that says nothing does not wait. */
  private long waitedNanos(long nowNanos) {
    if (state == State.CONNECTING) {
      return nowNanos - begunNanos;
    }
    return connectNanos + (state == State.ASKED ? nowNanos - askedNanos : 0);
  }

  /** It could not be tried. */
  void untried() {
    decide();
  }

  /** Ends the waiting once; false when it had ended. */
  private boolean decide() {
    if (state == State.CONNECTING || state == State.ASKED) {
      member.noMore();
    }
    boolean first = state != State.DECIDED;
    state = State.DECIDED;
    return first;
  }
}
