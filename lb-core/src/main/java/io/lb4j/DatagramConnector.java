package io.lb4j;

import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.DatagramLink;
import io.lb4j.internal.net.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;

/**
 * Opens the sockets of one loop's sessions towards their members. Where the system has no
 * descriptor left, the session that has been idle for longest gives its own.
 */
final class DatagramConnector {
  private final DatagramDispatcher dispatcher;
  private final SessionEntry entry;

  DatagramConnector(DatagramDispatcher dispatcher, SessionEntry entry) {
    this.dispatcher = dispatcher;
    this.entry = entry;
  }

  /** Connects a session to its member; the dispatcher hears of the outcome. */
  void connect(DatagramFlow flow, ConnectRequest request) {
    DatagramLink opened;
    try {
      opened = open(flow, request);
    } catch (IOException failure) {
      if (!flow.hasEnded() && !triesLater(flow, failure)) {
        dispatcher.connectFailed(flow, failure);
      }
      return;
    }
    if (flow.hasEnded()) { // one had to make room, and a listener has closed this one as well
      opened.close();
      return;
    }
    flow.link(opened);
    dispatcher.connected(flow);
  }

  private DatagramLink open(DatagramFlow flow, ConnectRequest request) throws IOException {
    if (!(request.remote() instanceof InetSocketAddress)) {
      throw new NoRouteToHostException("no way by UDP to " + request.remote());
    }
    try {
      return watchedLink(flow, request);
    } catch (IOException failure) {
      boolean room = ConnectFailures.isShortage(failure) && entry.evictOldest(flow);
      if (!room || flow.hasEnded()) {
        throw failure;
      }
      return watchedLink(flow, request);
    }
  }

  private DatagramLink watchedLink(DatagramFlow flow, ConnectRequest request) throws IOException {
    DatagramLink link = dispatcher.loop().poller().openLink(request);
    try {
      link.watch(flow);
      return link;
    } catch (Throwable failure) {
      link.close();
      throw failure;
    }
  }

  /**
   * A session found no descriptor although another one has ended for it: java.nio gives it back
   * only when it is polled again. Whether it is tried again after that.
   */
  private boolean triesLater(DatagramFlow flow, IOException failure) {
    if (!ConnectFailures.isShortage(failure) || !flow.mayTryLater()) {
      return false;
    }
    flow.untried();
    flow.releaseMember();
    flow.moveTo(flow.state().withoutMember());
    EventLoop loop = dispatcher.loop();
    loop.execute(() -> loop.execute(() -> tryAgain(flow))); // commands come before the poller
    return true;
  }

  private void tryAgain(DatagramFlow flow) {
    try {
      if (!flow.isConnected() && flow.place() == null) {
        dispatcher.connect(flow);
      }
    } catch (Throwable failure) {
      dispatcher.onStepFailure(flow, failure);
    }
  }
}
