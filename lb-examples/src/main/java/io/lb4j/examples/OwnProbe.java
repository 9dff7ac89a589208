package io.lb4j.examples;

import static java.time.Duration.ofMillis;

import io.lb4j.HealthMonitor;
import io.lb4j.Pool;
import io.lb4j.Probe;
import io.lb4j.ProbeResult;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.Await;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import io.lb4j.examples.peers.ShortHttpService;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReference;

/** A health check of one's own: a server that accepts connections may still not be fit. */
public final class OwnProbe {
  private OwnProbe() {}

  public static void main(String[] args) throws Exception {
    // It may block, for it runs on a thread of its own; what it throws counts as failed as well.
    Probe wantsReply =
        member -> {
          String host = member.address().host();
          String reply = LittleClient.get(new InetSocketAddress(host, member.address().port()));
          return reply.startsWith("resp") ? ProbeResult.pass() : ProbeResult.fail(reply);
        };

    AtomicReference<String> text = new AtomicReference<>("resp from server1");
    try (LittleServer server1 =
            LittleServer.start(LittleServer.anyLoopbackPort(), new ShortHttpService(text::get));
        LittleServer server2 = LittleServer.shortHttp("resp from server2")) {
      Pool web =
          Pool.builder("web")
              .member("127.0.0.1", server1.port())
              .member("127.0.0.1", server2.port())
              .monitor(HealthMonitor.of(wantsReply).interval(ofMillis(500)))
              .build();
      try (VirtualServer edge =
          VirtualServer.builder("edge").listen("127.0.0.1", 0).pool(web).start()) {
        System.out.println(LittleClient.get(edge.address()));
        System.out.println(LittleClient.get(edge.address()));

        text.set("closed for maintenance"); // it still listens and answers, but not what it should
        Await.until(() -> web.availableMembers().size() == 1);
        web.members().forEach(member -> System.out.println(member + " is " + member.health()));
        System.out.println(LittleClient.get(edge.address()));
        System.out.println(LittleClient.get(edge.address()));
      }
    }
  }
}
