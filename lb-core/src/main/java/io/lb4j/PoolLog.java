package io.lb4j;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a pool's events to the log. */
final class PoolLog implements PoolListener {
  private static final Logger LOG = LoggerFactory.getLogger(Pool.class);

  @Override
  public void onEvent(PoolEvent event) {
    if (event instanceof PoolEvent.MemberUp up) {
      LOG.info("member {} is up", up.member());
    } else if (event instanceof PoolEvent.MemberDown down) {
      LOG.warn("member {} is down: {}", down.member(), down.cause());
    } else if (event instanceof PoolEvent.MemberAdminChanged changed) {
      LOG.info("member {} is {}", changed.member(), changed.state());
    } else if (event instanceof PoolEvent.MemberDrainChanged changed) {
      String what = changed.draining() ? "drains" : "drains no more";
      LOG.info("member {} {}: {}", changed.member(), what, changed.cause());
    } else if (event instanceof PoolEvent.MemberEjected ejected) {
      String time = Durations.brief(ejected.time());
      LOG.warn("member {} is ejected for {}: {}", ejected.member(), time, ejected.cause());
    } else if (event instanceof PoolEvent.MemberOnTrial tried) {
      LOG.info("member {} may be tried by a flow", tried.member());
    } else if (event instanceof PoolEvent.MemberReturned returned) {
      LOG.info("member {} is back", returned.member());
    } else if (event instanceof PoolEvent.MemberAgentChanged changed) {
      LOG.info("member {}: its agent says {}", changed.member(), changed.verdict());
    } else if (event instanceof PoolEvent.PanicBegan panic) {
      LOG.warn(
          "pool {}: {} of {} members are healthy; health is ignored",
          panic.pool().name(),
          panic.healthy(),
          panic.members());
    } else if (event instanceof PoolEvent.PanicEnded panic) {
      LOG.info(
          "pool {}: {} of {} members are healthy; health counts again",
          panic.pool().name(),
          panic.healthy(),
          panic.members());
    } else if (event instanceof PoolEvent.NoMemberAvailable lost) {
      LOG.warn(
          "pool {}: none of its {} members takes new clients; they {}",
          lost.pool().name(),
          lost.members(),
          lost.pool().queue().isPresent() ? "wait" : "are refused");
    } else if (event instanceof PoolEvent.MembersAvailable back) {
      LOG.info(
          "pool {}: {} of {} members take new clients again",
          back.pool().name(),
          back.asked(),
          back.members());
    } else if (event instanceof PoolEvent.QueueFull full) {
      LOG.warn("pool {}: the queue of {} flows is full", full.pool().name(), full.length());
    } else {
      LOG.debug("{}", event);
    }
  }
}
