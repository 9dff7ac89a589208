package io.lb4j;

import io.lb4j.internal.net.SocketOption;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.net.SocketSettings.Setting;
import io.lb4j.internal.util.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/**
 * What is set on the sockets towards clients or towards members. Immutable; a method gives a copy
 * with one option more, or with another value for it. Whatever is not set is the system's default,
 * but TCP_NODELAY, which is always on.
 *
 * <pre>{@code
 * VirtualServer.builder("web")
 *     .clientSockets(SocketOptions.defaults().userTimeout(Duration.ofSeconds(20)))
 *     .memberSockets(SocketOptions.defaults().keepAlive(true).mark(7))
 * }</pre>
 *
 * <p>Options marked with <i>epoll</i> exist with {@link TransportKind#EPOLL} only. {@link
 * VirtualServer.Builder#start} refuses what the transport does not have, what belongs to the other
 * side, and what the system does not allow. UNIX-domain sockets have buffers and nothing else of
 * this; there the rest is left out.
 *
 * <p>Towards clients an option is set once, on the listening socket, and costs a flow nothing;
 * towards members each costs one system call per flow.
 */
public final class SocketOptions {
  private static final SocketOptions DEFAULTS =
      new SocketOptions(new EnumMap<>(SocketOption.class));
  private static final int MAX_BUFFER_BYTES = 1 << 30;
  private static final int MAX_NAME_LENGTH = 15;

  private final EnumMap<SocketOption, Setting> settings;

  private SocketOptions(EnumMap<SocketOption, Setting> settings) {
    this.settings = settings;
  }

  /** The system's defaults. */
  public static SocketOptions defaults() {
    return DEFAULTS;
  }

  /** Whether the system probes silent peers (SO_KEEPALIVE, RFC 9293 3.8.4). */
  public SocketOptions keepAlive(boolean on) {
    return switched(SocketOption.KEEP_ALIVE, on);
  }

  /** How much the system buffers for sending (SO_SNDBUF), 1..2^30 bytes; it may take less. */
  public SocketOptions sendBuffer(int bytes) {
    return with(SocketOption.SEND_BUFFER, Checks.range("sendBuffer", bytes, 1, MAX_BUFFER_BYTES));
  }

  /** How much the system buffers for reading (SO_RCVBUF), 1..2^30 bytes; it may take less. */
  public SocketOptions receiveBuffer(int bytes) {
    return with(
        SocketOption.RECEIVE_BUFFER, Checks.range("receiveBuffer", bytes, 1, MAX_BUFFER_BYTES));
  }

  /**
   * How long sent bytes may stay unacknowledged before the system gives the connection up
   * (TCP_USER_TIMEOUT, RFC 5482), 1 ms..24 days. A peer that vanished is noticed by then.
   * <i>epoll</i>
   */
  public SocketOptions userTimeout(Duration timeout) {
    Checks.atLeast("userTimeout", timeout, Duration.ofMillis(1));
    return with(SocketOption.USER_TIMEOUT, millis("userTimeout", timeout));
  }

  private static int millis(String name, Duration duration) {
    if (duration.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw Checks.bad(name, duration, "at most PT596H31M23.647S");
    }
    return (int) duration.toMillis();
  }

  /**
   * The congestion control (TCP_CONGESTION), by the name that the system knows it by, such as
   * {@code cubic} or {@code bbr}; 1..15 characters. The system lists those it has in {@code
   * net.ipv4.tcp_available_congestion_control}. <i>epoll</i>
   */
  public SocketOptions congestionControl(String name) {
    Checks.notBlank("congestionControl", name);
    Checks.range("length of congestionControl", name.length(), 1, MAX_NAME_LENGTH);
    return with(new Setting(SocketOption.CONGESTION_CONTROL, 0, name));
  }

  /**
   * The mark of its packets, for routing and packet filters (SO_MARK). Needs CAP_NET_ADMIN, or
   * CAP_NET_RAW since Linux 5.17. <i>epoll</i>
   */
  public SocketOptions mark(int mark) {
    return with(SocketOption.MARK, mark);
  }

  /**
   * Addresses that are not this machine's (IP_TRANSPARENT). Towards clients: connections that a
   * packet filter diverts here (TPROXY) are taken whatever address they were meant for. Towards
   * members: flows come from their client's own IP address instead of a virtual client, so members
   * see the client; their replies must be routed back through this machine. Clashes with {@link
   * VirtualServer.Builder#virtualClient}. Needs CAP_NET_ADMIN or CAP_NET_RAW. <i>epoll</i>
   */
  public SocketOptions transparent(boolean on) {
    return switched(SocketOption.TRANSPARENT, on);
  }

  /**
   * Clients only: whether several sockets may listen on the address, also of other processes of the
   * same user (SO_REUSEPORT). A new process can so take over before the old one ends; meanwhile the
   * system spreads clients over both.
   */
  public SocketOptions reusePort(boolean on) {
    return switched(SocketOption.REUSE_PORT, on);
  }

  /**
   * Clients only: accepts data with the first packet (TCP_FASTOPEN, RFC 7413) from at most so many
   * clients at a time that are not yet known to be there, 1..65535. Not for members: until a client
   * has sent something, the member would not hear of the flow. <i>epoll</i>
   */
  public SocketOptions fastOpen(int queue) {
    return with(SocketOption.FAST_OPEN, Checks.range("fastOpen", queue, 1, 65_535));
  }

  /**
   * Clients only: a client is not accepted before it has sent something (TCP_DEFER_ACCEPT), or this
   * time is over; 1 s..1 h, in whole seconds. Not for protocols in which the server speaks first.
   * <i>epoll</i>
   */
  public SocketOptions deferAccept(Duration atMost) {
    Checks.atLeast("deferAccept", atMost, Duration.ofSeconds(1));
    if (atMost.compareTo(Duration.ofHours(1)) > 0) {
      throw Checks.bad("deferAccept", atMost, "at most PT1H");
    }
    return with(SocketOption.DEFER_ACCEPT, (int) atMost.toSeconds());
  }

  /**
   * Members only: with a virtual client, whether the source port is left open until the member is
   * known (IP_BIND_ADDRESS_NO_PORT), so that one address carries some 28000 flows to each member
   * instead of to all of them. Default: on with the epoll transport. <i>epoll</i>
   */
  public SocketOptions bindAddressNoPort(boolean on) {
    return with(SocketOption.BIND_ADDRESS_NO_PORT, on ? 1 : 0);
  }

  /** Off is the system's default, and costs no call. */
  private SocketOptions switched(SocketOption option, boolean on) {
    if (on) {
      return with(option, 1);
    }
    EnumMap<SocketOption, Setting> fewer = new EnumMap<>(settings);
    fewer.remove(option);
    return new SocketOptions(fewer);
  }

  private SocketOptions with(SocketOption option, int number) {
    return with(new Setting(option, number, ""));
  }

  private SocketOptions with(Setting setting) {
    EnumMap<SocketOption, Setting> more = new EnumMap<>(settings);
    more.put(setting.option(), setting);
    return new SocketOptions(more);
  }

  boolean has(SocketOption option) {
    return settings.containsKey(option);
  }

  /** Whether an option is given, and on. */
  boolean isOn(SocketOption option) {
    return has(option) && settings.get(option).number() != 0;
  }

  SocketSettings settings() {
    return new SocketSettings(List.copyOf(settings.values()));
  }

  /** Those of the options that are given. */
  List<SocketOption> among(SocketOption... options) {
    List<SocketOption> found = new ArrayList<>(List.of(options));
    found.removeIf(option -> !has(option));
    return found;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SocketOptions options && settings.equals(options.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  /** The options that are set, such as {@code [keepAlive=1, mark=7]}. */
  @Override
  public String toString() {
    return settings.values().toString();
  }
}
