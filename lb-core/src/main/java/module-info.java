/**
 * An embeddable load balancer: it spreads TCP connections over the members of a pool, in the host's
 * own process.
 */
module io.lb4j {
  requires org.slf4j;
  requires static java.management; // for the reports of AgentResponder alone
  requires static java.naming; // for SRV records alone

  exports io.lb4j;
}
