package io.lb4j.internal.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a UNIX-domain listener. The system leaves it behind when a process dies, and refuses
 * to bind to it then; so a socket file at which nobody listens is removed before binding. A file of
 * any other kind is never touched.
 */
final class UnixSocketFile {
  private static final Logger LOG = LoggerFactory.getLogger(UnixSocketFile.class);

  private UnixSocketFile() {}

  static void removeStale(UnixDomainSocketAddress address) throws IOException {
    var path = address.getPath();
    if (!Files.exists(path)) {
      return;
    }
    boolean isSocket = (boolean) Files.readAttributes(path, "isOther").get("isOther");
    if (!isSocket) {
      throw new BindException(path + " exists and is not a socket");
    }
    if (isAnswered(address)) {
      throw new BindException(path + " is in use");
    }
    Files.deleteIfExists(path);
  }

  /** Only a refusal says that nobody listens; a full backlog, say, does not. */
  private static boolean isAnswered(UnixDomainSocketAddress address) throws IOException {
    try (SocketChannel asking = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      asking.configureBlocking(false);
      asking.connect(address);
      return true;
    } catch (ConnectException nobodyListens) {
      return false;
    } catch (SocketException busy) {
      return true;
    }
  }

  static void remove(UnixDomainSocketAddress address) {
    try {
      Files.deleteIfExists(address.getPath());
    } catch (IOException failure) {
      LOG.warn("cannot remove socket file {}: {}", address.getPath(), failure.toString());
    }
  }
}
