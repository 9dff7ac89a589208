package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Addresses;
import io.lb4j.internal.util.Deadline;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listening for datagrams on all addresses with a transport that does not tell to which of them one
 * was sent. So that an answer leaves from there, each address that an interface has gets a socket
 * of its own; every 10 s it is looked for new ones.
 */
final class EveryAddress extends Deadline {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);
  private static final long BETWEEN_LOOKS_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Binds an address at which the virtual server listens by another name. */
  interface Binder {
    void bind(InetSocketAddress address, SocketAddress listening) throws IOException;
  }

  private final boolean ipv4Only;
  private final InetSocketAddress wildcard;
  private final Set<String> bound = new HashSet<>(); // with their scopes
  private EventLoop control;
  private Binder later;

  /** Finds a port that is free on all addresses, if none was asked for. */
  EveryAddress(InetSocketAddress wanted) throws IOException {
    ipv4Only = wanted.getAddress() instanceof Inet4Address;
    try (DatagramSocket probe = new DatagramSocket(wanted)) { // and if one was, whether it is free
      wildcard = new InetSocketAddress(wanted.getAddress(), probe.getLocalPort());
    }
  }

  /** What was asked for, with the real port. */
  InetSocketAddress wildcard() {
    return wildcard;
  }

  /** Binds every address that there is now. */
  void bindAll(Binder binder) throws IOException {
    for (InetAddress address : present()) {
      try {
        bind(address, binder);
      } catch (BindException failure) {
        if (!isNotThere(failure)) {
          throw failure;
        }
        LOG.warn("cannot listen on {} yet: {}", address.getHostAddress(), failure.getMessage());
      }
    }
  }

  /** Interfaces show addresses that are still being checked for others who have them (IPv6). */
  private static boolean isNotThere(BindException failure) {
    String words = String.valueOf(failure.getMessage()); // glibc's or musl's
    return words.contains("assign") || words.contains("not available");
  }

  private void bind(InetAddress address, Binder binder) throws IOException {
    if (bound.add(address.getHostAddress())) { // two interfaces may have the same one
      boolean done = false;
      try {
        binder.bind(new InetSocketAddress(address, wildcard.getPort()), wildcard);
        done = true;
      } finally {
        if (!done) {
          bound.remove(address.getHostAddress());
        }
      }
    }
  }

  private List<InetAddress> present() throws SocketException {
    List<InetAddress> found = new ArrayList<>();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      for (InetAddress address : Collections.list(each.getInetAddresses())) {
        if (!ipv4Only || address instanceof Inet4Address) {
          found.add(address);
        }
      }
    }
    return found;
  }

  /**
   * Begins to look for new addresses. On that loop.
   *
   * @param later binds them
   */
  void watchFrom(EventLoop control, Binder later) {
    this.control = control;
    this.later = later;
    control.arm(this, BETWEEN_LOOKS_NANOS);
  }

  /** Ends looking. On the same loop. */
  void unwatch() {
    if (control != null) {
      control.cancel(this);
    }
  }

  @Override
  protected void onDue() {
    control.arm(this, BETWEEN_LOOKS_NANOS);
    look();
  }

  /** It could not be listened on after all: it is tried again with the next look. Any thread. */
  void forget(InetSocketAddress address) {
    control.execute(() -> bound.remove(address.getAddress().getHostAddress()));
  }

  /** Binds what has come since; one that has gone does no harm, and is there when it is back. */
  void look() {
    try {
      for (InetAddress address : present()) {
        bind(address, later);
      }
    } catch (IOException failure) {
      String where = Addresses.text(wildcard);
      LOG.warn("{}: cannot listen on a new address: {}", where, failure.getMessage());
    }
  }
}
