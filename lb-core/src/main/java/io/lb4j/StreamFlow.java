package io.lb4j;

import io.lb4j.internal.net.Accepted;
import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.Connecting;
import io.lb4j.internal.net.ReadyHandler;
import io.lb4j.internal.net.Relay;
import io.lb4j.internal.net.RelayEnd;
import io.lb4j.internal.net.RelayListener;
import io.lb4j.internal.net.Remote;
import io.lb4j.internal.net.StreamSocket;
import io.lb4j.internal.wire.ProxyHeader;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A flow of bytes: two connections, and the relay between them. */
final class StreamFlow extends ActiveFlow
    implements Connecting.Outcome, RelayListener, ReadyHandler {
  private static final VarHandle RELAY;

  static {
    try {
      RELAY = MethodHandles.lookup().findVarHandle(StreamFlow.class, "relay", Relay.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final StreamDispatcher dispatcher;
  private final Remote client;

  @SuppressWarnings("UnusedVariable") // through RELAY
  private Relay relay;

  // What only the loop knows.
  private final StreamSocket clientSocket; // null if the client was refused
  private Connecting connecting; // null unless one is under way
  private Reception reception; // null unless its first bytes matter

  private volatile ProxyHeader proxyHeader; // null unless a proxy told who the client is

  StreamFlow(
      StreamDispatcher dispatcher,
      long id,
      StreamSocket clientSocket,
      SocketAddress virtualServerAddress,
      long acceptedNanos) {
    this(dispatcher, id, clientSocket, clientSocket, virtualServerAddress, acceptedNanos);
  }

  /** A flow whose client was refused: it has no sockets. */
  StreamFlow(
      StreamDispatcher dispatcher,
      long id,
      Accepted refused,
      SocketAddress virtualServerAddress,
      long acceptedNanos) {
    this(dispatcher, id, refused, null, virtualServerAddress, acceptedNanos);
  }

  private StreamFlow(
      StreamDispatcher dispatcher,
      long id,
      Remote client,
      StreamSocket clientSocket,
      SocketAddress virtualServerAddress,
      long acceptedNanos) {
    super(dispatcher, id, virtualServerAddress, acceptedNanos);
    this.dispatcher = dispatcher;
    this.client = client;
    this.clientSocket = clientSocket;
  }

  // ---- what the dispatcher does with it, on its loop

  StreamSocket clientSocket() {
    return clientSocket;
  }

  @Override
  void connectTo(ConnectRequest request) {
    // When this returns the flow may have been connected, or have failed over, or have ended.
    Optional<Connecting> attempt =
        Connecting.begin(
            dispatcher.loop(), request, dispatcher.settings().connectTimeoutNanos(), this);
    if (attempt.isPresent()) {
      connecting = attempt.get();
      watchClient();
    }
  }

  @Override
  public boolean waitsForDescriptor(IOException shortage) {
    dispatcher.onShortage(shortage);
    return true;
  }

  @Override
  void connectDecided() {
    connecting = null;
  }

  void attachRelay(Relay started) {
    RELAY.setRelease(this, started);
  }

  Optional<Relay> relay() {
    return Optional.ofNullable((Relay) RELAY.getAcquire(this));
  }

  @Override
  boolean isConnected() {
    return relay().isPresent();
  }

  @Override
  void watchClient() {
    clientSocket.watchLoss(this);
  }

  @Override
  void dropSockets() {
    if (reception != null) {
      reception.drop(); // what was taken in and not passed on
    }
    if (connecting != null) {
      connecting.abort();
    }
    connectDecided();
    if (relay().isPresent()) {
      relay().get().abort();
    } else if (clientSocket != null) {
      clientSocket.reset();
    }
  }

  Optional<Reception> reception() {
    return Optional.ofNullable(reception);
  }

  void reception(Reception begun) {
    reception = begun;
  }

  /** A proxy has told who the client is. */
  void proxied(ProxyHeader header) {
    proxyHeader = header;
  }

  // ---- what its sockets tell, on its loop

  /** Of the client's, which is watched for nothing but its loss. */
  @Override
  public void onReady(boolean readable, boolean writable) {
    dispatcher.abort(this, CloseReason.CLIENT_RESET);
  }

  @Override
  public void onHandlerFailure(Throwable failure) {
    dispatcher.onHandlerFailure(this, failure);
  }

  @Override
  public void onConnected(StreamSocket memberSocket) {
    dispatcher.connected(this, memberSocket);
  }

  @Override
  public void onConnectFailed(IOException failure) {
    dispatcher.connectFailed(this, failure);
  }

  @Override
  public boolean wantsBytes() {
    return dispatcher.isTapped();
  }

  @Override
  public void onBytes(boolean fromClient, ByteBuffer bytes) {
    dispatcher.tap(this, fromClient ? Direction.FROM_CLIENT : Direction.FROM_MEMBER, bytes);
  }

  @Override
  public void onFirstRequest() {
    asked();
  }

  @Override
  public void onFirstReply() {
    answered(relay().orElseThrow().lastMoveNanos());
  }

  @Override
  public void onHalfClosed(boolean byClient) {
    moveTo(state().halfClosed(byClient));
  }

  @Override
  public void onEnd(RelayEnd end) {
    dispatcher.relayEnded(this, end);
  }

  // ---- what anyone may ask

  @Override
  public SocketAddress client() {
    ProxyHeader header = proxyHeader;
    return header == null ? peer() : header.source().orElseGet(this::peer);
  }

  @Override
  public SocketAddress peer() {
    return client.remoteAddress();
  }

  @Override
  public SocketAddress destination() {
    ProxyHeader header = proxyHeader;
    if (header != null && header.destination().isPresent()) {
      return header.destination().get();
    }
    boolean isWildcard =
        virtualServerAddress() instanceof InetSocketAddress inet
            && inet.getAddress().isAnyLocalAddress();
    return isWildcard && clientSocket != null
        ? clientSocket.localAddress().orElse(virtualServerAddress())
        : virtualServerAddress();
  }

  @Override
  Optional<ProxyHeader> proxyHeader() {
    return Optional.ofNullable(proxyHeader);
  }

  @Override
  Optional<SocketAddress> addressTowardsMember() {
    return relay().flatMap(Relay::addressTowardsServer);
  }

  @Override
  long lastMoveNanos() {
    return relay().map(Relay::lastMoveNanos).orElse(acceptedNanos());
  }

  @Override
  public long bytesFromClient() {
    return relay().map(Relay::bytesFromClient).orElse(0L);
  }

  @Override
  public long bytesFromMember() {
    return relay().map(Relay::bytesFromServer).orElse(0L);
  }
}
