package io.lb4j;

/** A pool that flows of one loop may go to, with what their steps need of it. */
final class PoolLane {
  final MemberChoice choice;
  final WaitingRoom waiting; // null if the pool has no queue
  final ProxyProtocol proxyProtocol; // null if members are not told who the client is
  final StoreAccess store; // null unless records are in a store of the host's

  PoolLane(RoutedPool routed, Dispatcher dispatcher) {
    Pool pool = routed.pool();
    choice = routed.choice();
    store = choice.store().orElse(null);
    proxyProtocol = pool.proxyProtocol().orElse(null);
    waiting = pool.queue().map(queue -> new WaitingRoom(pool, queue, dispatcher)).orElse(null);
  }
}
