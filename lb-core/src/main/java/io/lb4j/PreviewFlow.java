package io.lb4j;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A flow that is only thought of: a client that has just come. */
record PreviewFlow(SocketAddress client) implements Flow {
  @Override
  public long id() {
    return 0;
  }

  @Override
  public String virtualServer() {
    return "";
  }

  /** That of nobody: the client's own stands in. */
  @Override
  public SocketAddress virtualServerAddress() {
    return client;
  }

  @Override
  public Optional<SocketAddress> virtualClient() {
    return Optional.empty();
  }

  @Override
  public Optional<PoolMember> member() {
    return Optional.empty();
  }

  @Override
  public String protocol() {
    return "tcp";
  }

  @Override
  public Phase phase() {
    return Phase.ACCEPTED;
  }

  @Override
  public Duration age() {
    return Duration.ZERO;
  }

  @Override
  public Duration idle() {
    return Duration.ZERO;
  }

  @Override
  public long bytesFromClient() {
    return 0;
  }

  @Override
  public long bytesFromMember() {
    return 0;
  }

  @Override
  public Optional<String> persistenceKey() {
    return Optional.empty();
  }

  @Override
  public List<ConnectAttempt> attempts() {
    return List.of();
  }

  @Override
  public Optional<CloseReason> closeReason() {
    return Optional.empty();
  }

  @Override
  public boolean mayUse(PoolMember member) {
    return !member.isFull();
  }

  @Override
  public void close() {
    // there is nothing to close
  }
}
