package io.lb4j;

import io.lb4j.internal.util.Checks;

/**
 * When the sessions of a UDP virtual server end, and how their datagrams are spread. Immutable:
 * each setting returns a changed copy.
 *
 * <p>A session is a {@link Flow}: what a client's address and port exchange with one address of
 * ours. Its first datagram is given a member, and the rest goes there as well. Whatever is set
 * here, it ends when nothing has moved for {@link VirtualServer.Builder#idleTimeout}.
 *
 * <p>A session whose member goes down, or says that nobody hears at its port (ICMP), goes on with
 * another one at the client's next datagram.
 */
public final class UdpPolicy {
  /** What {@link #requests} and {@link #replies} say when there is no such limit. */
  static final int ANY = -1;

  private static final int MOST = 1_000_000;
  private static final UdpPolicy DEFAULTS = new UdpPolicy(ANY, ANY, false);

  private final int requests;
  private final int replies;
  private final boolean perDatagram;

  private UdpPolicy(int requests, int replies, boolean perDatagram) {
    this.requests = requests;
    this.replies = replies;
    this.perDatagram = perDatagram;
  }

  /** Sessions end when they are idle, and each has one member. */
  public static UdpPolicy defaults() {
    return DEFAULTS;
  }

  /**
   * The same with sessions of so many datagrams of the client: its next one begins another session,
   * which may have another member. This one goes on for replies: until there are as many as {@link
   * #endAfterReplies} says; without that until it is idle.
   *
   * @param datagrams 1..1000000
   */
  public UdpPolicy endAfterRequests(int datagrams) {
    return new UdpPolicy(
        Checks.range("endAfterRequests", datagrams, 1, MOST), replies, perDatagram);
  }

  /**
   * The same with sessions that end as soon as each datagram of the client has been answered by so
   * many of the member's: 1 suits DNS. With {@link #endAfterRequests} not before the client has
   * sent all of those.
   *
   * <p>A member that has not answered for the {@link VirtualServer.Builder#idleTimeout} since the
   * client's first datagram without an answer has then failed, as if it had refused a connection
   * (see {@link EjectionPolicy}). So choose that as short as clients are impatient.
   *
   * @param datagrams 0..1000000; 0 for protocols that only send, such as syslog: it needs {@link
   *     #endAfterRequests} to say when a session is over
   */
  public UdpPolicy endAfterReplies(int datagrams) {
    return new UdpPolicy(
        requests, Checks.range("endAfterReplies", datagrams, 0, MOST), perDatagram);
  }

  /**
   * The same with each datagram of a client given the member that the strategy chooses for it. A
   * client has one session with each member that it was sent to. For protocols in which each
   * datagram stands for itself; clashes with persistence.
   */
  public UdpPolicy perDatagram() {
    return new UdpPolicy(requests, replies, true);
  }

  /** See {@link #endAfterRequests}. */
  int requests() {
    return requests;
  }

  /** See {@link #endAfterReplies}. */
  int replies() {
    return replies;
  }

  boolean isPerDatagram() {
    return perDatagram;
  }

  /** Whether a client's next datagram begins another session. */
  boolean isSpent(long requested) {
    return requests != ANY && requested >= requests;
  }

  /**
   * Whether a session is over.
   *
   * @param requested how many datagrams came from its client
   * @param sent how many of them its members were sent
   * @param replied how many came from its members
   */
  boolean isOver(long requested, long sent, long replied) {
    boolean allAsked = requests == ANY ? replies > 0 : requested >= requests;
    return replies != ANY && allAsked && replied >= replies * sent;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UdpPolicy policy
        && requests == policy.requests
        && replies == policy.replies
        && perDatagram == policy.perDatagram;
  }

  @Override
  public int hashCode() {
    return (requests * 31 + replies) * 31 + Boolean.hashCode(perDatagram);
  }

  /** The settings, such as {@code udp, ends after 1 replies}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("udp");
    if (requests != ANY) {
      text.append(", ends after ").append(requests).append(" requests");
    }
    if (replies != ANY) {
      text.append(", ends after ").append(replies).append(" replies");
    }
    return perDatagram ? text.append(", per datagram").toString() : text.toString();
  }
}
