package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/** The transport of every platform: {@code java.nio.channels}. */
public final class NioTransport implements Transport {
  // Other systems let sockets share an address as well, but then give all datagrams to one of them.
  private static final boolean LINUX = Files.isDirectory(Path.of("/proc/sys/net"));

  /** Makes the transport; it holds nothing. */
  public NioTransport() {}

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public Poller openPoller() throws IOException {
    return new NioPoller();
  }

  @Override
  public boolean tellsLocalAddress() {
    return false;
  }

  @Override
  public boolean spreadsDatagrams() {
    return LINUX;
  }

  @Override
  public void check(SocketSettings settings, SocketAddress address) throws IOException {
    NioOptions.check(settings);
  }
}
