package io.lb4j;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Records of your own, such as those that several load balancers share, in place of the table that
 * each virtual server has otherwise; see {@link PersistencePolicy#store}.
 *
 * <p>Both methods are called on event loops, by several at once, and must return without waiting:
 * the answer is given when the stage completes, on whatever thread. A client library that blocks
 * belongs on threads of your own ({@code CompletableFuture.supplyAsync(…, executor)}). What a
 * method throws, a stage that fails and {@code null} count as no answer ({@link
 * PersistenceCounters#failed}). A stage that is given up should fail, not stay open for ever.
 */
public interface PersistenceStore {
  /**
   * Looks a client up. This is a use of the record: if there is one it lives for {@code life} from
   * now. A flow asks for all its keys at the same time and waits for the answers at most {@link
   * PersistencePolicy#lookupTimeout}, then goes on as if the rest was not on record, and records
   * nothing under keys without an answer.
   *
   * @param key what the client is known by
   * @param life how long an unused record lives
   * @return the address of the member, as in the pool; empty if there is no record. An address that
   *     the pool does not have counts as none
   */
  CompletionStage<Optional<ServiceAddress>> find(FlowKey key, Duration life);

  /**
   * Records a client's member in place of what was on record. Nobody waits for it. When two flows
   * of a new client come at the same time, both are recorded and the later one stays.
   *
   * @param life how long the record lives if it is not used
   */
  CompletionStage<?> put(FlowKey key, ServiceAddress member, Duration life);
}
