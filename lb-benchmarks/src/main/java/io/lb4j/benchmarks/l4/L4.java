package io.lb4j.benchmarks.l4;

import java.io.IOException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The servers of two members and the route to them, for the length of a trial. */
@State(Scope.Benchmark)
public class L4 {
  private static final int MEMBERS = 2;

  /** What stands between client and servers. */
  @Param({"direct", "lb4j", "netty"})
  public String route;

  private MemberServers servers;
  private Route opened;

  /** Starts the servers, then what leads to them. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    servers = MemberServers.start(MEMBERS);
    opened = Route.open(route, servers.addresses());
  }

  /** Ends them in the opposite order. */
  @TearDown(Level.Trial)
  public void close() {
    opened.close();
    servers.close();
  }

  /** Connects a client. */
  Client connect() throws IOException {
    return Client.connect(opened.address());
  }
}
