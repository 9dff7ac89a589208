package io.lb4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The members that a source has brought into a pool. Guarded by the pool's lock. */
final class Discovery {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  private final MemberSource source;
  private final Map<ServiceAddress, MemberSpec> brought = new HashMap<>();
  private boolean beyondLimit;

  Discovery(MemberSource source) {
    this.source = source;
  }

  MemberSource source() {
    return source;
  }

  /**
   * As many of these as the source may bring: first those that are in the pool, or an answer in
   * another order would exchange members.
   */
  List<MemberSpec> withinLimit(List<MemberSpec> found) {
    boolean beyondBefore = beyondLimit;
    beyondLimit = found.size() > source.limit();
    if (!beyondLimit) {
      return found;
    }
    if (!beyondBefore) {
      LOG.warn(
          "source {} has {} members, its limit is {}: the others are left out",
          source,
          found.size(),
          source.limit());
    }
    List<MemberSpec> ordered = new ArrayList<>(found);
    ordered.sort((a, b) -> Boolean.compare(brings(b.address()), brings(a.address())));
    return ordered.subList(0, source.limit());
  }

  /** The addresses that are not among these any more. */
  List<ServiceAddress> goneFrom(List<MemberSpec> found) {
    Set<ServiceAddress> present =
        found.stream().map(MemberSpec::address).collect(Collectors.toSet());
    return brought.keySet().stream().filter(address -> !present.contains(address)).toList();
  }

  /** Whether the member at an address is there because of this source. */
  boolean brings(ServiceAddress address) {
    return brought.containsKey(address);
  }

  Set<ServiceAddress> addresses() {
    return Set.copyOf(brought.keySet());
  }

  /** Notes what the source says of a member now; whether that is something new. */
  boolean note(MemberSpec spec) {
    return !spec.equals(brought.put(spec.address(), spec));
  }

  /** The member is not this source's any more. */
  void forget(ServiceAddress address) {
    brought.remove(address);
  }
}
