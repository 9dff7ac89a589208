package io.lb4j.examples.peers;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A server to put behind a load balancer, from its start until it is closed. */
public interface RunningServer extends AutoCloseable {
  /** Where it listens, with the real port. */
  InetSocketAddress address();

  /** Ends it as a killed process would. */
  @Override
  void close() throws IOException;
}
