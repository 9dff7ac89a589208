package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * A pool whose flows are only thought of: no sockets, no threads, and a time that goes on when it
 * is told to. To try out how strategies, also of your own, would spread flows; choices, members'
 * counters, limits and response times are the real ones. What needs a pool in use does not happen:
 * monitors, ejection, slow start, the queue. Not thread-safe.
 */
public final class PoolSimulation {
  private final Pool pool;
  private final MemberChoice choice;
  private long nowNanos;

  private PoolSimulation(Pool.Builder builder) {
    pool = builder.clock(() -> nowNanos).build();
    PersistencePolicy none = PersistencePolicy.none();
    PersistenceCounters counters = new PersistenceCounters();
    choice = new MemberChoice(pool, none, new PersistenceEntries(none, pool.clock(), counters));
  }

  /**
   * Builds a pool for it, in a time of its own that begins at 0; the builder is of no use
   * afterwards.
   */
  public static PoolSimulation of(Pool.Builder builder) {
    return new PoolSimulation(Checks.present("builder", builder));
  }

  /** The pool: members may be added, removed and changed. Virtual servers should not use it. */
  public Pool pool() {
    return pool;
  }

  /** How much time has gone by. */
  public Duration time() {
    return Duration.ofNanos(nowNanos);
  }

  /** Lets time go by, 0 to 10 years. */
  public void advance(Duration by) {
    nowNanos += Checks.atLeast("by", by, Duration.ZERO).toNanos();
  }

  /**
   * A client comes, is connected to a member at once and asks it.
   *
   * @param client its address; strategies that hash go by it
   * @return empty when it is refused: no member is available, or all are full
   */
  public Optional<SimulatedFlow> open(SocketAddress client) {
    Flow flow = new PreviewFlow(Checks.present("client", client));
    return choice.choose(flow) instanceof MemberChoice.Chosen chosen
        ? Optional.of(new SimulatedFlow(chosen.member()))
        : Optional.empty();
  }

  /** One flow. Each of its ends comes once; later ones are not regarded. */
  public final class SimulatedFlow {
    private final PoolMember member;
    private final long openedNanos = nowNanos;
    private final Optional<AnswerTiming> timing;
    private boolean open = true;

    private SimulatedFlow(PoolMember member) {
      this.member = member;
      member.countConnected();
      timing =
          pool.measuresResponseTime()
              ? Optional.of(new AnswerTiming(member.responseTimes(), nowNanos))
              : Optional.empty();
      timing.ifPresent(begun -> begun.connected(nowNanos));
      timing.ifPresent(begun -> begun.asked(nowNanos));
    }

    /** The member that it was given. */
    public PoolMember member() {
      return member;
    }

    /** The member's first bytes come now. */
    public void answer() {
      timing.ifPresent(begun -> begun.answered(openedNanos, nowNanos));
    }

    /** The member resets it now, without an answer. */
    public void fail() {
      timing.ifPresent(begun -> begun.failed(nowNanos));
      end();
    }

    /** It ends now. Without an answer its client has lost patience. */
    public void end() {
      if (open) {
        open = false;
        timing.ifPresent(begun -> begun.ended(nowNanos));
        member.release();
      }
    }
  }
}
