package io.lb4j;

/**
 * A pool that flows of a virtual server may go to, for all of its loops.
 *
 * @param choice how they are given members
 * @param persistence who is on record with which of its members
 */
record RoutedPool(Pool pool, MemberChoice choice, PersistenceTable persistence) {
  static RoutedPool of(Pool pool, VirtualServerSettings settings, CallbackGuard guard) {
    PersistencePolicy policy = settings.persistence();
    PersistenceCounters counters = new PersistenceCounters();
    PersistenceEntries entries = new PersistenceEntries(policy, settings.clock(), counters);
    Recall recall =
        policy
            .store()
            .<Recall>map(own -> new StoreAccess(pool, own, policy, counters, guard))
            .orElse(entries);
    return new RoutedPool(
        pool,
        new MemberChoice(pool, policy, recall),
        new PersistenceTable(pool, entries, counters));
  }
}
