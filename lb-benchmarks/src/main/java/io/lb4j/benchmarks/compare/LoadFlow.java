package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/**
 * One client's connection. It is always closed with a reset, so that the client's ports are not
 * spent in TIME_WAIT: a run of short flows needs more ports than there are.
 */
abstract sealed class LoadFlow permits ShortFlow, EchoFlow, UploadFlow, DownloadFlow, IdleFlow {
  final LoadLoop loop;
  private SocketChannel channel;
  private SelectionKey key;
  private long sinceNanos;
  private boolean ended;

  LoadFlow(LoadLoop loop) {
    this.loop = loop;
  }

  static LoadFlow of(Workload workload, LoadLoop loop) {
    return switch (workload) {
      case SHORT -> new ShortFlow(loop);
      case ECHO -> new EchoFlow(loop, workload.messageBytes());
      case UPLOAD -> new UploadFlow(loop, workload.messageBytes());
      case DOWNLOAD -> new DownloadFlow(loop);
      case IDLE -> new IdleFlow(loop, workload.messageBytes());
      case UDP_ECHO, UDP_SHORT, UDP_BURST ->
          throw new IllegalArgumentException(workload + " has no flows");
    };
  }

  /** Sends what comes first and tells what to wait for. */
  abstract int onConnected(SocketChannel connected) throws IOException;

  /** Does what can be done now. */
  abstract void onReady(SocketChannel ready) throws IOException;

  /** The connection was closed after an error, which is counted. */
  void onFailure() {}

  /** Does no more work, and ends at once or as soon as what was sent is delivered. */
  void finish() {
    close();
  }

  /** Connects. On the loopback interface that is done at once: there is nothing to wait for. */
  final void dial() {
    sinceNanos = System.nanoTime();
    try {
      channel = SocketChannel.open(StandardProtocolFamily.INET);
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      boolean connected = channel.connect(loop.proxy()) || channel.finishConnect();
      key = loop.register(channel, connected ? 0 : SelectionKey.OP_CONNECT, this);
      if (connected) {
        key.interestOps(onConnected(channel));
      }
    } catch (IOException refused) {
      fail();
    }
  }

  /** The selector has found the connection ready. */
  final void select() {
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        key.interestOps(onConnected(channel));
      } else {
        onReady(channel);
      }
    } catch (IOException reset) {
      fail();
    }
  }

  /** Ends the sending side; from now on only the other side's end is waited for. */
  final void endOutput() {
    try {
      if (ended || !channel.isConnected()) {
        close();
      } else {
        channel.shutdownOutput();
        key.interestOps(SelectionKey.OP_READ);
      }
    } catch (IOException reset) {
      fail();
    }
  }

  /** Counts an operation that began when this was last called, or with the connection. */
  final void operationDone() {
    long now = System.nanoTime();
    loop.tally().operation(now - sinceNanos);
    sinceNanos = now;
  }

  final void fail() {
    loop.tally().error();
    close();
    onFailure();
  }

  final boolean ended() {
    return ended;
  }

  final void close() {
    ended = true;
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException closedAnyway) {
      // Nothing else to do for it.
    }
  }
}
