package io.lb4j.examples;

import static java.time.Duration.ofMinutes;

import io.lb4j.PersistencePolicy;
import io.lb4j.Pool;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;

/** Persistence: a client that comes back is sent to the server that it had before. */
public final class StickyClients {
  private StickyClients() {}

  public static void main(String[] args) throws IOException {
    try (LittleServer server1 = LittleServer.shortHttp("resp from server1");
        LittleServer server2 = LittleServer.shortHttp("resp from server2")) {

      Pool shop =
          Pool.builder("shop")
              .member("127.0.0.1", server1.port())
              .member("127.0.0.1", server2.port())
              .build();

      // Persistence belongs to the virtual server: the same pool serves one with and one without.
      try (VirtualServer catalog =
              VirtualServer.builder("catalog").listen("127.0.0.1", 0).pool(shop).start();
          VirtualServer basket =
              VirtualServer.builder("basket")
                  .listen("127.0.0.1", 0)
                  .pool(shop)
                  // As long as the servers keep a session, and counted from its last use. Where
                  // many clients share an address, they share a server.
                  .persistence(PersistencePolicy.sourceAddress(ofMinutes(30)))
                  .start()) {
        for (int i = 0; i < 4; i++) {
          System.out.println("catalog: " + LittleClient.get(catalog.address()));
        }
        for (int i = 0; i < 4; i++) {
          System.out.println("basket: " + LittleClient.get(basket.address()));
        }
      }
    }
  }
}
