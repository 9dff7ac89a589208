package io.lb4j.benchmarks.choose;

import io.lb4j.CloseReason;
import io.lb4j.ConnectAttempt;
import io.lb4j.Flow;
import io.lb4j.PoolMember;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A flow of one client that was just accepted and may use every member. It allocates nothing when
 * asked.
 *
 * @param client the client's address, the only thing in which one differs from another
 */
record StubFlow(SocketAddress client) implements Flow {
  @Override
  public long id() {
    return 1;
  }

  @Override
  public String virtualServer() {
    return "stub";
  }

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
    return true;
  }

  @Override
  public void close() {}
}
