package io.lb4j;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One proxied conversation: the client's connection to the virtual server, and the virtual client's
 * connection to a member. With {@linkplain VirtualServer.Builder#udp() UDP} it is a session: the
 * datagrams that a client's address and port exchange with one address of the virtual server, and a
 * socket of their own towards a member. lb4j makes them; it is an interface so that strategies and
 * listeners can be tested with one of your own.
 *
 * <p>Every method may be called from any thread, at any time, also after the end. What changes
 * while the flow lives is as it was a moment ago.
 */
public interface Flow {
  /** How far a flow has come. When it has ended: how far it had come. */
  enum Phase {
    /**
     * The client is connected, no member is chosen yet; its first bytes may be looked at. A UDP
     * session that has lost its member is in it again until its client's next datagram.
     */
    ACCEPTED,
    /** It waits in the pool's queue for a member. */
    QUEUED,
    /** A connection to a member is under way. */
    CONNECTING,
    /** Bytes go both ways. */
    RELAYING,
    /** The client has ended its stream; the member's goes on. */
    CLIENT_ENDED,
    /** The member has ended its stream; the client's goes on. */
    MEMBER_ENDED
  }

  /** A number that no other flow of this virtual server has; they count up from 1. */
  long id();

  /**
   * The client's address. A UNIX-domain client's is mostly without a name. Behind {@link
   * TrustedProxies} it is that of the proxy until its header has come.
   */
  SocketAddress client();

  /** The other end of the connection to the virtual server: the client, or a proxy before it. */
  default SocketAddress peer() {
    return client();
  }

  /**
   * The address that the client came to: what a proxy before us said, else our end of its
   * connection. Where the virtual server listens on all addresses, to know it costs a system call,
   * which is made when someone asks; when the flow has ended, it is {@link #virtualServerAddress}.
   */
  default SocketAddress destination() {
    return virtualServerAddress();
  }

  /** The name of the virtual server. */
  String virtualServer();

  /** What the virtual server listens on, of the address that the client came to. */
  SocketAddress virtualServerAddress();

  /**
   * Our address towards the member, once connected. To know it costs a system call, which is made
   * when someone asks; so of a flow that has ended it is known only if the virtual server has a
   * listener or a tap.
   */
  Optional<SocketAddress> virtualClient();

  /** The member that serves this flow or is being connected to; empty before one is chosen. */
  Optional<PoolMember> member();

  /** The virtual server's protocol label, such as {@code http}. */
  String protocol();

  /** How far the flow has come. */
  Phase phase();

  /** Time since the client was accepted; no longer counts up when the flow has ended. */
  Duration age();

  /** Time since a byte or a datagram last moved, or since the client was accepted. */
  Duration idle();

  /**
   * Bytes read from the client for the member, without a PROXY header: 0 until a member is
   * connected; with UDP all that came for the session.
   */
  long bytesFromClient();

  /** Bytes read from the member. */
  long bytesFromMember();

  /**
   * What persistence knows the client by, such as {@code 10.1.2.0/24}, the first of several keys;
   * empty without persistence, or when the flow has no key.
   */
  Optional<String> persistenceKey();

  /**
   * The key that a source gives for this flow: from its addresses at any time, from its first bytes
   * once they were looked at. Empty when it has none.
   */
  default Optional<FlowKey> key(KeySource source) {
    return source.keyOf(this);
  }

  /**
   * Every attempt to connect to a member so far, oldest first. Of a UDP session: all that failed,
   * and last the one at the member that it has now.
   */
  List<ConnectAttempt> attempts();

  /** Why the flow ended; empty while it is open. */
  Optional<CloseReason> closeReason();

  /**
   * Whether this flow can go to a member: it has not failed to connect to it already, and the
   * member is below its maxima of flows and of new flows per second. A {@link Chooser} should pass
   * over members that say no.
   */
  boolean mayUse(PoolMember member);

  /**
   * Ends the flow with a reset to both sides ({@link CloseReason#CLOSED_BY_HOST}); does nothing
   * when it has ended.
   */
  void close();
}
