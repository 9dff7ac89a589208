package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.net.SocketAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who is in a pool: its members in the order in which they joined, and the sources that bring some.
 * Who joins and leaves is made known to what runs for the pool and posted; to publish is left to
 * the pool. Under its lock, but for what says otherwise.
 */
final class Roster {
  private final Pool pool;
  private final PoolSettings settings;
  private final PoolMailbox mailbox;
  private final Discoveries discoveries;
  private final Map<ServiceAddress, PoolMember> members = new LinkedHashMap<>();

  /** Of a new pool, whose first members are no event. */
  Roster(
      Pool pool,
      PoolSettings settings,
      PoolMailbox mailbox,
      Collection<MemberSpec> specs,
      List<MemberSource> sources) {
    this.pool = pool;
    this.settings = settings;
    this.mailbox = mailbox;
    this.discoveries = new Discoveries(settings.name(), settings.resolvers());
    sources.forEach(discoveries::add);
    for (MemberSpec spec : specs) {
      members.put(spec.address(), newMember(spec, true));
    }
  }

  /** All members at any time; not to be changed. */
  Collection<PoolMember> members() {
    return Collections.unmodifiableCollection(members.values());
  }

  /** Adds a member that is not there yet. */
  PoolMember add(MemberSpec spec) {
    if (members.containsKey(Checks.present("member", spec).address())) {
      throw alreadyThere(spec, settings.name());
    }
    return join(spec, pool.control().isEmpty());
  }

  /** Takes a member out; whether it was there. */
  boolean remove(PoolMember member) {
    if (members.get(member.address()) != member) {
      return false;
    }
    leave(member);
    return true;
  }

  /** These members by their addresses, each of which must be given once. Any thread. */
  Map<ServiceAddress, MemberSpec> byAddress(Collection<MemberSpec> specs) {
    Map<ServiceAddress, MemberSpec> byAddress = new LinkedHashMap<>();
    for (MemberSpec spec : Checks.present("members", specs)) {
      if (byAddress.put(Checks.present("member", spec).address(), spec) != null) {
        throw alreadyThere(spec, settings.name());
      }
    }
    return byAddress;
  }

  /** Makes these the members, in this order, and after them those that a source brought. */
  void replace(Map<ServiceAddress, MemberSpec> wanted) {
    for (PoolMember member : List.copyOf(members.values())) {
      if (!wanted.containsKey(member.address()) && !discoveries.bring(member.address())) {
        leave(member);
      }
    }
    Map<ServiceAddress, PoolMember> staying = new LinkedHashMap<>(members);
    members.clear(); // to be filled again in the new order
    for (MemberSpec spec : wanted.values()) {
      PoolMember present = staying.get(spec.address());
      if (present == null) {
        join(spec, pool.control().isEmpty());
      } else {
        discoveries.forget(spec.address());
        members.put(spec.address(), present);
        update(present, spec);
      }
    }
    staying.forEach(members::putIfAbsent); // those that a source brought
  }

  static IllegalArgumentException alreadyThere(MemberSpec spec, String pool) {
    return Checks.bad("member", spec.address(), "an address that pool " + pool + " has only once");
  }

  /** Adds a source that is not there yet. */
  void add(MemberSource source) {
    Discovery added = discoveries.add(source);
    pool.control().ifPresent(running -> running.joined(added));
  }

  /** Takes a source out and the members that it brought; whether it was there. */
  boolean remove(MemberSource source) {
    Optional<Discovery> removed = discoveries.remove(source);
    if (removed.isEmpty()) {
      return false;
    }
    pool.control().ifPresent(running -> running.left(removed.get()));
    removed.get().addresses().forEach(address -> leave(members.get(address)));
    return true;
  }

  List<MemberSource> sources() {
    return discoveries.sources();
  }

  /** A source stands for these members now; false when nobody wants to know it any more. */
  boolean discovered(Discovery discovery, List<MemberSpec> found) {
    if (pool.control().isEmpty() || !discoveries.contains(discovery)) {
      return false;
    }
    List<MemberSpec> wanted = discovery.withinLimit(found);
    discovery.goneFrom(wanted).forEach(address -> leave(members.get(address)));
    boolean first = discovery.addresses().isEmpty();
    for (MemberSpec spec : wanted) {
      bring(discovery, spec, first);
    }
    return true;
  }

  /** The pool is in use from now on: nothing of an earlier use counts. */
  void beginUse() {
    for (PoolMember member : members.values()) {
      beforeItsFirstProbe(member);
      member.history().forget();
    }
  }

  /** Has all that is there watched and resolved. */
  void joinAll(PoolControl running) {
    members.values().forEach(running::joined);
    discoveries.all().forEach(running::joined);
  }

  /** The pool is not in use any more. */
  void endUse(Recovery recovery) {
    for (PoolMember member : members.values()) {
      member.state(member.state().with(MemberFindings.NONE)); // nobody watches it any more
      member.state(member.state().with(SlowStart.OVER));
      recovery.forget(member);
      member.history().forget();
    }
  }

  private void bring(Discovery discovery, MemberSpec spec, boolean first) {
    PoolMember present = members.get(spec.address());
    if (present == null && !isReached(spec.address())) {
      discovery.note(spec);
      join(spec, first);
    } else if (discovery.brings(spec.address()) && discovery.note(spec)) {
      update(present, spec);
    }
  }

  /** Whether a member has this address in another spelling. */
  private boolean isReached(ServiceAddress address) {
    Optional<SocketAddress> socket = address.withoutResolving();
    return socket.isPresent()
        && members.values().stream()
            .anyMatch(member -> member.address().withoutResolving().equals(socket));
  }

  private PoolMember newMember(MemberSpec spec, boolean startsAtOnce) {
    return new PoolMember(pool, capped(spec), startsAtOnce);
  }

  private MemberSpec capped(MemberSpec spec) {
    return spec.maxFlows(Math.min(spec.maxFlows(), settings.maxFlowsPerMember()));
  }

  private PoolMember join(MemberSpec spec, boolean startsAtOnce) {
    PoolMember member = newMember(spec, startsAtOnce);
    if (pool.control().isPresent()) {
      beforeItsFirstProbe(member);
    }
    members.put(spec.address(), member);
    mailbox.post(new PoolEvent.MemberJoined(member));
    pool.control().ifPresent(running -> running.joined(member));
    return member;
  }

  private void beforeItsFirstProbe(PoolMember member) {
    Health health = settings.monitor().initially();
    String cause = health == Health.DOWN ? "not yet probed" : "";
    long now = settings.clock().nanoTime();
    member.state(member.state().with(MemberFindings.NONE.health(health, cause, now)));
  }

  private void leave(PoolMember member) {
    members.remove(member.address());
    discoveries.forget(member.address());
    member.state(member.state().left());
    mailbox.post(new PoolEvent.MemberLeft(member));
    pool.flows().onRemoved(member);
    pool.control().ifPresent(running -> running.left(member));
  }

  private void update(PoolMember member, MemberSpec spec) {
    if (member.weight() != spec.weight()) {
      mailbox.post(new PoolEvent.MemberReweighted(member, spec.weight()));
    }
    member.state(member.state().with(capped(spec)));
  }
}
