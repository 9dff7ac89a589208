package io.lb4j.examples;

import io.lb4j.CloseReason;
import io.lb4j.Flow;
import io.lb4j.FlowListener;
import io.lb4j.Pool;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;
import java.time.Duration;

/** Seeing what goes on: a line for each flow that has ended, and the table of the open ones. */
public final class FlowLog {
  private FlowLog() {}

  public static void main(String[] args) throws IOException {
    // Called on the event loop of the flow, so it must not block. A real one would hand the line to
    // a logger that writes on a thread of its own.
    FlowListener log =
        new FlowListener() {
          @Override
          public void onClose(Flow flow, CloseReason reason) {
            System.out.println(flow);
          }
        };

    try (LittleServer server = LittleServer.echo()) {
      Pool chat = Pool.builder("chat").member("127.0.0.1", server.port()).build();
      try (VirtualServer edge =
          VirtualServer.builder("edge")
              .listen("127.0.0.1", 0)
              .protocol("echo")
              .pool(chat)
              .listener(log)
              .start()) {
        try (LittleClient one = new LittleClient(edge.address());
            LittleClient other = new LittleClient(edge.address())) {
          one.say("hello");
          other.say("good morning");
          System.out.print(edge.flows());
        }
        edge.drain(Duration.ofSeconds(1)); // until both flows have ended by themselves
      }
    }
  }
}
