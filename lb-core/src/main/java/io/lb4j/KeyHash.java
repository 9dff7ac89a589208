package io.lb4j;

/**
 * What turns the octets of a {@link FlowKey} into a number, for a {@link HashStrategy}. It must
 * give the same for the same octets in every JVM, or balancers side by side send a client to
 * different members.
 *
 * <p>One of your own is called on the event loops, by several at the same time; it must not block.
 * If it throws the flow is refused ({@link CloseReason#STRATEGY_FAILED}).
 */
@FunctionalInterface
public interface KeyHash {
  /**
   * Hashes a key.
   *
   * @param octets {@link FlowKey#octets}; a copy, which is the callee's
   * @return all 64 bits count for Maglev and rendezvous hashing, the low 32 for a ring
   */
  long hash(byte[] octets);

  /**
   * XXH64 with seed 0 (Yann Collet, xxHash specification 0.1.1), the default. Nothing is allocated
   * and no octets are copied for keys that are IPv4 addresses or were received; the JDK copies the
   * 16 octets of an IPv6 address. It is no secret: who can choose keys can aim at one member.
   */
  static KeyHash xxHash64() {
    return BuiltInHash.XXHASH64;
  }

  /**
   * The first four octets of the key's MD5, low octet first: what libketama hashes keys with, so
   * that a ring gives keys to the members that memcached clients give them to. It allocates, and
   * costs about ten times as much as {@link #xxHash64}.
   */
  static KeyHash ketama() {
    return BuiltInHash.KETAMA;
  }
}
