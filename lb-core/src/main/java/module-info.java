/** An embeddable TCP load balancer. */
module io.lb4j {
  requires org.slf4j;

  exports io.lb4j;
}
