package io.lb4j.examples;

import io.lb4j.BalancingStrategy;
import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;

/** A balancing strategy of one's own: everyone to the first server, the other one is a spare. */
public final class OwnStrategy {
  private OwnStrategy() {}

  public static void main(String[] args) throws IOException {
    // The outer step runs when the available members change, so what is costly goes there. The
    // inner one runs for each flow, on several threads at once. A member that a flow may not use is
    // full, or has just refused this flow: then it is the next one's turn.
    BalancingStrategy firstThatCan =
        available ->
            flow -> {
              for (PoolMember member : available) {
                if (flow.mayUse(member)) {
                  return member;
                }
              }
              return available.get(0);
            };

    try (LittleServer main = LittleServer.shortHttp("resp from main");
        LittleServer spare = LittleServer.shortHttp("resp from spare")) {
      Pool web =
          Pool.builder("web")
              .member("127.0.0.1", main.port())
              .member("127.0.0.1", spare.port())
              .strategy(firstThatCan)
              .build();
      try (VirtualServer edge =
          VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(web).start()) {
        System.out.println(LittleClient.get(edge.address()));
        System.out.println(LittleClient.get(edge.address()));
        web.member("127.0.0.1", main.port()).disable();
        System.out.println(LittleClient.get(edge.address()));
      }
    }
  }
}
