package io.lb4j.internal.probe;

import java.util.List;
import java.util.Optional;

/**
 * What is asked by HTTP and what is a good reply.
 *
 * @param request the whole request; nobody changes it
 * @param toHead whether its method is HEAD
 * @param expected statuses that are good
 * @param draining statuses that mean that the target wants no new flows
 * @param body what has to be in the body
 * @param maxBytes how much of the body is read
 */
@SuppressWarnings("ArrayRecordComponent")
public record HttpExchange(
    byte[] request,
    boolean toHead,
    List<StatusRange> expected,
    List<StatusRange> draining,
    Optional<Expectation> body,
    int maxBytes) {

  /** Statuses from one to another, both included. */
  public record StatusRange(int low, int high) {
    boolean has(int status) {
      return status >= low && status <= high;
    }

    @Override
    public String toString() {
      return low == high ? Integer.toString(low) : low + ".." + high;
    }
  }
}
