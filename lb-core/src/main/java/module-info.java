/**
 * An embeddable load balancer: it spreads TCP connections over the members of a pool, in the host's
 * own process.
 */
module io.lb4j {
  requires org.slf4j;

  exports io.lb4j;
}
