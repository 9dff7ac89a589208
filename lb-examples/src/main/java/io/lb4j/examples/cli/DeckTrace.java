package io.lb4j.examples.cli;

import io.lb4j.CloseReason;
import io.lb4j.ConnectAttempt;
import io.lb4j.Direction;
import io.lb4j.Flow;
import io.lb4j.FlowListener;
import io.lb4j.FlowTap;
import io.lb4j.VirtualServer;
import java.io.PrintWriter;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Prints what happens to each flow, in the deck's words. Lines that belong together are printed at
 * once: other flows print at the same time.
 */
final class DeckTrace implements FlowListener, FlowTap {
  private final PrintWriter out;

  DeckTrace(PrintWriter out) {
    this.out = out;
  }

  /** Has a virtual server traced. */
  void attachTo(VirtualServer.Builder builder) {
    builder.listener(this).tap(this);
  }

  void listening(VirtualServer server) {
    for (SocketAddress address : server.addresses()) {
      out.println("init client-side socket: " + DeckText.address(address));
    }
  }

  @Override
  public void onOpen(Flow flow) {
    out.println("=====flow start=====\nclient connected: " + clientSide(flow, "<=>"));
  }

  @Override
  public void onConnectFailed(Flow flow, ConnectAttempt attempt) {
    out.println("server not connected: " + attempt);
  }

  @Override
  public void onConnected(Flow flow) {
    out.println(
        ("init server-side socket: " + virtualClient(flow))
            + ("\nserver connected: " + virtualClient(flow) + " <=> " + member(flow)));
  }

  @Override
  public void onData(Flow flow, Direction direction, ByteBuffer bytes) {
    String data = " , data: " + DeckText.data(bytes);
    if (direction == Direction.FROM_CLIENT) {
      out.println(
          ("recving packets: " + clientSide(flow, "==>") + data)
              + ("\nsending packets: " + virtualClient(flow) + " ==> " + member(flow) + data));
    } else {
      String toClient = DeckText.address(flow.virtualServerAddress()) + " ==> " + client(flow);
      out.println(
          ("recving packets: " + member(flow) + " ==> " + virtualClient(flow) + data)
              + ("\nsending packets: " + toClient + data));
    }
  }

  @Override
  public void onClose(Flow flow, CloseReason reason) {
    String how = reason == CloseReason.COMPLETED ? "" : ": " + reason;
    out.println("client " + client(flow) + " has disconnected" + how + "\n=====flow end=====");
  }

  private static String client(Flow flow) {
    return DeckText.address(flow.client());
  }

  private static String clientSide(Flow flow, String arrow) {
    return client(flow) + " " + arrow + " " + DeckText.address(flow.virtualServerAddress());
  }

  private static String virtualClient(Flow flow) {
    return DeckText.address(flow.virtualClient().orElseThrow());
  }

  private static String member(Flow flow) {
    return DeckText.address(flow.member().orElseThrow().address());
  }
}
