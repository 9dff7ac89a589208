package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sources of a pool and what they have brought. Guarded by the pool's lock. */
final class Discoveries {
  private final String pool;
  private final ResolverSettings resolvers;
  private final Map<MemberSource, Discovery> bySource = new LinkedHashMap<>();

  Discoveries(String pool, ResolverSettings resolvers) {
    this.pool = pool;
    this.resolvers = resolvers;
  }

  Discovery add(MemberSource source) {
    if (bySource.containsKey(Checks.present("source", source))) {
      throw Checks.bad("source", source, "a source that pool " + pool + " has only once");
    }
    if (source.service().isPresent()) {
      resolvers.services(); // says now what it needs
    }
    Discovery added = new Discovery(source);
    bySource.put(source, added);
    return added;
  }

  Optional<Discovery> remove(MemberSource source) {
    return Optional.ofNullable(bySource.remove(Checks.present("source", source)));
  }

  Collection<Discovery> all() {
    return bySource.values();
  }

  List<MemberSource> sources() {
    return List.copyOf(bySource.keySet());
  }

  boolean contains(Discovery discovery) {
    return bySource.get(discovery.source()) == discovery;
  }

  /** Whether the member at an address is there because of a source. */
  boolean bring(ServiceAddress address) {
    return bySource.values().stream().anyMatch(discovery -> discovery.brings(address));
  }

  /** The member at an address is no source's any more. */
  void forget(ServiceAddress address) {
    bySource.values().forEach(discovery -> discovery.forget(address));
  }
}
