package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The way to a store of the host's: what goes wrong there is counted and said, and stays there. By
 * itself it knows no records, for a loop cannot wait for them; {@link StoreLookup} does.
 */
final class StoreAccess implements Recall {
  private static final String FIND = "PersistenceStore.find";
  private static final String PUT = "PersistenceStore.put";

  private final Pool pool;
  private final PersistenceStore store;
  private final PersistencePolicy policy;
  private final PersistenceCounters counters;
  private final CallbackGuard guard;

  StoreAccess(
      Pool pool,
      PersistenceStore store,
      PersistencePolicy policy,
      PersistenceCounters counters,
      CallbackGuard guard) {
    this.pool = pool;
    this.store = store;
    this.policy = policy;
    this.counters = counters;
    this.guard = guard;
  }

  /** Says once a minute that the store does not do as it should. */
  void complain(String what) {
    guard.complain(FIND, what);
  }

  Duration patience() {
    return policy.lookupTimeout();
  }

  PersistenceCounters counters() {
    return counters;
  }

  /** The member at an address that the store gave. */
  Optional<PoolMember> member(ServiceAddress address) {
    return pool.findMember(address);
  }

  /**
   * Asks for a key.
   *
   * @param answer called once or, by a bad store, oftener, on whatever thread; with null if there
   *     is no answer
   */
  void ask(FlowKey key, Consumer<Optional<ServiceAddress>> answer) {
    Boolean asked =
        guard.call(
            FIND,
            () -> {
              stage(store.find(key, policy.timeout()))
                  .whenComplete((found, failure) -> answer.accept(checked(found, failure)));
              return true;
            },
            false);
    if (!asked) {
      counters.countFailed();
      answer.accept(null);
    }
  }

  private Optional<ServiceAddress> checked(Optional<ServiceAddress> found, Throwable failure) {
    if (found == null) {
      counters.countFailed();
      guard.complain(FIND, failure == null ? "gave null" : "failed: " + causeOf(failure));
    }
    return found;
  }

  @Override
  public Optional<PoolMember> find(FlowKey key) {
    return Optional.empty();
  }

  @Override
  public Optional<PoolMember> peek(FlowKey key) {
    return Optional.empty();
  }

  @Override
  public PoolMember claim(FlowKey key, PoolMember member, boolean panic) {
    return member;
  }

  @Override
  public void put(FlowKey key, PoolMember member) {
    counters.countMade();
    Boolean given =
        guard.call(
            PUT,
            () -> {
              stage(store.put(key, member.address(), policy.timeout()))
                  .whenComplete((done, failure) -> onPut(failure));
              return true;
            },
            false);
    if (!given) {
      counters.countFailed();
    }
  }

  private void onPut(Throwable failure) {
    if (failure != null) {
      counters.countFailed();
      guard.complain(PUT, "failed: " + causeOf(failure));
    }
  }

  private static <T> CompletionStage<T> stage(CompletionStage<T> given) {
    return Checks.present("stage", given);
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
