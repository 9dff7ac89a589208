package io.lb4j.examples;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.lb4j.FlowKey;
import io.lb4j.PersistencePolicy;
import io.lb4j.PersistenceStore;
import io.lb4j.Pool;
import io.lb4j.ServiceAddress;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A store of one's own: whichever load balancer a client comes to, it gets the same server. */
public final class SharedRecords {
  private SharedRecords() {}

  /** Stands in for a store on the network, whose client must answer later and never block. */
  private static final class Store implements PersistenceStore {
    private final Map<FlowKey, ServiceAddress> records = new ConcurrentHashMap<>();

    @Override
    public CompletionStage<Optional<ServiceAddress>> find(FlowKey key, Duration life) {
      return completedFuture(Optional.ofNullable(records.get(key)));
    }

    @Override
    public CompletionStage<?> put(FlowKey key, ServiceAddress member, Duration life) {
      records.put(key, member);
      return completedFuture(null);
    }
  }

  public static void main(String[] args) throws IOException {
    PersistencePolicy shared = PersistencePolicy.sourceAddress().store(new Store());
    try (LittleServer server1 = LittleServer.shortHttp("resp from server1");
        LittleServer server2 = LittleServer.shortHttp("resp from server2");
        VirtualServer north = start("north", shared, server1, server2);
        VirtualServer south = start("south", shared, server2, server1)) {
      System.out.println("north: " + LittleClient.get(north.address()));
      System.out.println("south: " + LittleClient.get(south.address()));
      System.out.println("south: " + LittleClient.get(south.address()));
    }
  }

  // Each with a pool of its own, as if they were two processes.
  private static VirtualServer start(
      String name, PersistencePolicy persistence, LittleServer first, LittleServer second) {
    Pool web =
        Pool.builder("web-" + name)
            .member("127.0.0.1", first.port())
            .member("127.0.0.1", second.port())
            .build();
    return VirtualServer.builder(name)
        .listen("127.0.0.1", 0)
        .pool(web)
        .persistence(persistence)
        .start();
  }
}
