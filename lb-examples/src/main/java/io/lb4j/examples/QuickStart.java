package io.lb4j.examples;

import io.lb4j.HealthMonitor;
import io.lb4j.Pool;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;

/** The smallest load balancer: two servers, and one address in front of them. */
public final class QuickStart {
  private QuickStart() {}

  public static void main(String[] args) throws IOException {
    try (LittleServer server1 = LittleServer.shortHttp("resp from server1");
        LittleServer server2 = LittleServer.shortHttp("resp from server2")) {

      Pool web =
          Pool.builder("web")
              .member("127.0.0.1", server1.port())
              .member("127.0.0.1", server2.port())
              .monitor(HealthMonitor.tcp()) // a server that is down gets no clients
              .build();

      // Port 0 is any free one, address() tells which. Closing ends its threads; without it the JVM
      // stays alive.
      try (VirtualServer edge =
          VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(web).start()) {
        for (int i = 0; i < 4; i++) {
          System.out.println(LittleClient.get(edge.address()));
        }
      }
    }
  }
}
