package io.lb4j.examples;

import static java.time.Duration.ofSeconds;

import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.Await;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.util.concurrent.CompletableFuture;

/** Deploying without cutting anyone off: first a member, later the load balancer itself. */
public final class DrainForDeploy {
  private DrainForDeploy() {}

  public static void main(String[] args) throws Exception {
    try (LittleServer server1 = LittleServer.echo();
        LittleServer server2 = LittleServer.echo()) {
      Pool chat =
          Pool.builder("chat")
              .member("127.0.0.1", server1.port())
              .member("127.0.0.1", server2.port())
              .build();
      PoolMember old = chat.member("127.0.0.1", server1.port());

      try (VirtualServer edge =
          VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(chat).start()) {
        try (LittleClient early = new LittleClient(edge.address())) {
          System.out.println("early client: " + early.say("hello"));
          old.drain(); // no new flows, unless persistence sends them; open ones go on
          try (LittleClient late = new LittleClient(edge.address())) {
            System.out.println("late client: " + late.say("hello"));
            System.out.println("early client: " + early.say("still here"));
            chat.members().forEach(m -> System.out.println(m.adminState() + " " + m.activeFlows()));
          }
        }
        Await.until(() -> old.activeFlows() == 0); // now it can be stopped, replaced, started
        old.enable();

        CompletableFuture<Boolean> drained;
        try (LittleClient last = new LittleClient(edge.address())) {
          System.out.println("last client: " + last.say("hello"));
          // It waits for open flows, and here this thread is the client: so on another one.
          drained = CompletableFuture.supplyAsync(() -> edge.drain(ofSeconds(10)));
          System.out.println("last client: " + last.say("bye"));
        }
        System.out.println("every flow ended by itself: " + drained.join());
      }
    }
  }
}
