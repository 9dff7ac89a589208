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
    } else {
      LOG.debug("{}", event);
    }
  }
}
