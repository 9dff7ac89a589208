package io.lb4j.internal.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a UNIX-domain listener. The system leaves it behind when a process dies, and refuses
 * to bind to it then; so a socket file at which nobody listens is removed before binding. A file of
 * any other kind is never touched.
 */
final class UnixSocketFile {
  private static final Logger LOG = LoggerFactory.getLogger(UnixSocketFile.class);

  /** Looking, removing and binding are three steps; two servers of this JVM must not mix theirs. */
  private static final Object ONE_AT_A_TIME = new Object();

  private final Path path;
  private final Object fileKey;

  private UnixSocketFile(Path path) throws IOException {
    this.path = path;
    this.fileKey = keyOf(path);
  }

  /** Binds. */
  @FunctionalInterface
  interface Binding {
    void bind() throws IOException;
  }

  /** Binds to a path, removing what a dead process left there. */
  static UnixSocketFile bind(UnixDomainSocketAddress address, Binding binding) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      removeStale(address);
      binding.bind();
      return new UnixSocketFile(address.getPath());
    }
  }

  private static Object keyOf(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  private static void removeStale(UnixDomainSocketAddress address) throws IOException {
    Path path = address.getPath();
    if (!Files.exists(path)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
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

  /** Removes the file, if it still is the one that was bound. */
  void remove() {
    try {
      if (Files.exists(path) && Objects.equals(keyOf(path), fileKey)) {
        Files.delete(path);
      }
    } catch (IOException failure) {
      LOG.warn("cannot remove socket file {}: {}", path, failure.toString());
    }
  }
}
