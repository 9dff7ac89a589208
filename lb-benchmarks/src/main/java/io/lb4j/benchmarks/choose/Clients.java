package io.lb4j.benchmarks.choose;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Random;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Flows of many different clients, each thread its own. One and the same client over and over would
 * let the processor learn by heart what a hash of its address leads to.
 */
@State(Scope.Thread)
public class Clients {
  private static final int COUNT = 1024; // a power of two, so that going round is cheap

  /**
   * The clients' address family. Only strategies that hash look at it; {@code -p} takes ipv6 too.
   */
  @Param({"ipv4"})
  public String clients;

  private final StubFlow[] flows = new StubFlow[COUNT];
  private int next;

  /** Makes the flows; the addresses are the same in every run. */
  @Setup(Level.Trial)
  public void connect() throws UnknownHostException {
    int length =
        switch (clients) {
          case "ipv4" -> 4;
          case "ipv6" -> 16;
          default -> throw new IllegalArgumentException("clients: " + clients);
        };
    Random random = new Random(1);
    for (int i = 0; i < COUNT; i++) {
      flows[i] = new StubFlow(address(random, length));
    }
  }

  private static SocketAddress address(Random random, int length) throws UnknownHostException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return new InetSocketAddress(InetAddress.getByAddress(bytes), 1024 + random.nextInt(60_000));
  }

  StubFlow next() {
    return flows[next++ & (COUNT - 1)];
  }
}
