package io.lb4j;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A flow without sockets: says what a test has it say. */
final class StubFlow implements CountedFlow {
  long id = 1;
  SocketAddress client = inet("192.0.2.1", 40_000);
  SocketAddress virtualServerAddress = inet("192.0.2.100", 80);
  Optional<SocketAddress> virtualClient = Optional.empty();
  Optional<PoolMember> member = Optional.empty();
  String protocol = "http";
  Phase phase = Phase.ACCEPTED;
  Duration age = Duration.ZERO;
  Duration idle = Duration.ZERO;
  long bytesFromClient;
  long bytesFromMember;
  Optional<String> persistenceKey = Optional.empty();
  List<ConnectAttempt> attempts = List.of();
  Optional<CloseReason> closeReason = Optional.empty();
  Predicate<PoolMember> mayUse = candidate -> !candidate.isFull();

  ClientPlace clientPlace; // null without one
  boolean spared;

  /** A flow that may use any member that is not full. */
  StubFlow() {}

  /** A flow of a client. */
  static StubFlow from(String clientIp) {
    StubFlow flow = new StubFlow();
    flow.client = inet(clientIp, 40_000);
    return flow;
  }

  /** A flow that may use some members only. */
  static StubFlow mayUse(Predicate<PoolMember> mayUse) {
    StubFlow flow = new StubFlow();
    flow.mayUse = mayUse;
    return flow;
  }

  static InetSocketAddress inet(String literal, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByName(literal), port);
    } catch (UnknownHostException notALiteral) {
      throw new AssertionError(notALiteral);
    }
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public SocketAddress client() {
    return client;
  }

  @Override
  public String virtualServer() {
    return "edge";
  }

  @Override
  public SocketAddress virtualServerAddress() {
    return virtualServerAddress;
  }

  @Override
  public Optional<SocketAddress> virtualClient() {
    return virtualClient;
  }

  @Override
  public Optional<PoolMember> member() {
    return member;
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public Phase phase() {
    return phase;
  }

  @Override
  public Duration age() {
    return age;
  }

  @Override
  public Duration idle() {
    return idle;
  }

  @Override
  public long bytesFromClient() {
    return bytesFromClient;
  }

  @Override
  public long bytesFromMember() {
    return bytesFromMember;
  }

  @Override
  public Optional<String> persistenceKey() {
    return persistenceKey;
  }

  @Override
  public List<ConnectAttempt> attempts() {
    return attempts;
  }

  @Override
  public Optional<CloseReason> closeReason() {
    return closeReason;
  }

  @Override
  public boolean mayUse(PoolMember candidate) {
    return mayUse.test(candidate);
  }

  @Override
  public void close() {
    throw new AssertionError("nobody closes a stub");
  }

  @Override
  public void spare() {
    spared = true;
  }

  @Override
  public boolean isSpared() {
    return spared;
  }

  @Override
  public void clientPlace(ClientPlace place) {
    clientPlace = place;
  }

  @Override
  public boolean hasClientPlace() {
    return clientPlace != null;
  }

  @Override
  public void leaveClientPlace() {
    if (clientPlace != null) {
      clientPlace.leave();
      clientPlace = null;
    }
  }
}
