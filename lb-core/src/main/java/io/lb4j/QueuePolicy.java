package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.time.Duration;
import java.util.Optional;

/**
 * How flows wait for a member when none is available or all are full. Immutable.
 *
 * <p>They are served first come, first served, over all virtual servers of the pool; who comes
 * while others wait waits behind them, also if persistence knows the client. A client that resets
 * its connection gives up its place; with {@link TransportKind#NIO} that is only noticed when it is
 * its turn. One that ends its stream goes on waiting for the reply.
 *
 * @param length how many flows wait at most, 1..1000000; further ones are reset ({@link
 *     CloseReason#QUEUE_FULL})
 * @param timeout how long each waits at most, 1 ms or more, before it is reset ({@link
 *     CloseReason#QUEUE_TIMEOUT}); there is no default, as only you know the clients' patience
 */
public record QueuePolicy(int length, Optional<Duration> timeout) {
  /** Checks the values. */
  public QueuePolicy {
    Checks.range("length", length, 1, 1_000_000);
    Checks.present("timeout", timeout)
        .ifPresent(limit -> Checks.atLeast("timeout", limit, Duration.ofMillis(1)));
  }

  /** For so many flows, 1..1000000; a timeout is still to be given. */
  public static QueuePolicy ofLength(int length) {
    return new QueuePolicy(length, Optional.empty());
  }

  /** The same with a timeout, 1 ms or more. */
  public QueuePolicy timeout(Duration timeout) {
    return new QueuePolicy(length, Optional.of(Checks.present("timeout", timeout)));
  }
}
