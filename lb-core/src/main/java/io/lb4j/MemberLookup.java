package io.lb4j;

import io.lb4j.internal.util.Addresses;
import io.lb4j.internal.util.Checks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where one member is that was given by name: the first address counts. */
final class MemberLookup extends Lookup {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  private final PoolMember member;
  private final NameResolver resolver;
  private final Consumer<PoolMember> resolved;

  MemberLookup(PoolMember member, NameResolver resolver, Consumer<PoolMember> resolved) {
    super(member.pool(), "member " + member);
    this.member = member;
    this.resolver = resolver;
    this.resolved = resolved;
  }

  @Override
  void ask() throws UnknownHostException {
    ServiceAddress address = member.address();
    List<InetAddress> found = resolver.resolve(address.host());
    if (found.isEmpty()) {
      throw new UnknownHostException("no address");
    }
    InetAddress first = Checks.present("address", found.get(0)); // null would mean any address
    InetSocketAddress fresh = new InetSocketAddress(first, address.port());
    if (!member.socketAddress().equals(Optional.of(fresh)) && !isCancelled()) {
      member.socketAddress(fresh);
      LOG.debug("member {} is at {}", member, Addresses.text(fresh));
      resolved.accept(member);
    }
  }

  @Override
  String callback() {
    return "NameResolver.resolve";
  }

  @Override
  String consequence() {
    return member.socketAddress().isPresent() ? "its old address stays" : "it gets no flows";
  }
}
