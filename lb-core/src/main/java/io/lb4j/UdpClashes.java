package io.lb4j;

import io.lb4j.internal.net.RelaySettings;
import io.lb4j.internal.net.SocketOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Clashes of settings with UDP: what is for connections, and what sessions cannot have. */
final class UdpClashes {
  private final VirtualServerDraft draft;
  private final UdpPolicy policy;

  UdpClashes(VirtualServerDraft draft, UdpPolicy policy) {
    this.draft = draft;
    this.policy = policy;
  }

  /**
   * Refuses them.
   *
   * @throws IllegalStateException for the first one; the message says what to do
   */
  void check() {
    checkSettings();
    draft.checkState(
        policy.replies() != 0 || policy.requests() != UdpPolicy.ANY,
        "endAfterReplies(0) ends no session by itself: add endAfterRequests()");
    checkAddresses();
    checkSockets(draft.clientSockets);
    checkSockets(draft.memberSockets);
    if (policy.isPerDatagram()) {
      checkPerDatagram();
    }
    draft.checkState(
        draft.pools().stream()
            .flatMap(pool -> pool.proxyProtocol().stream())
            .noneMatch(protocol -> protocol.version() == 1),
        "version 1 of the PROXY protocol knows no datagrams: give the pool version 2");
  }

  private void checkSettings() {
    Map<String, Boolean> ofConnections = new LinkedHashMap<>();
    ofConnections.put("backlog()", draft.backlog.isPresent());
    ofConnections.put("connectTimeout()", draft.connectTimeout.isPresent());
    ofConnections.put("halfCloseTimeout()", draft.halfCloseTimeout.isPresent());
    ofConnections.put("uploadLimit()", draft.uploadLimit != RelaySettings.UNLIMITED);
    ofConnections.put("downloadLimit()", draft.downloadLimit != RelaySettings.UNLIMITED);
    ofConnections.put("trustedProxies()", draft.trustedProxies.isPresent());
    ofConnections.put("persistence by a cookie", !draft.persistence.cookies().isEmpty());
    ofConnections.forEach(this::checkNotGiven);
  }

  private void checkSockets(SocketOptions side) {
    List<SocketOption> ofTcp =
        side.among(
            SocketOption.KEEP_ALIVE,
            SocketOption.USER_TIMEOUT,
            SocketOption.CONGESTION_CONTROL,
            SocketOption.FAST_OPEN,
            SocketOption.DEFER_ACCEPT);
    checkNotGiven(ofTcp.toString(), !ofTcp.isEmpty());
  }

  private void checkNotGiven(String what, boolean given) {
    draft.checkState(!given, what + " is for connections: leave it out, or udp()");
  }

  private void checkAddresses() {
    draft.checkState(
        draft.pools().stream()
            .flatMap(pool -> pool.members().stream())
            .noneMatch(member -> member.address().path().isPresent()),
        "there is no UDP to a member at a UNIX-domain path: give its IP address");
    draft.checkState(
        draft.listen.stream().noneMatch(address -> address.path().isPresent()),
        "there is no UDP at a UNIX-domain path: listen() on an IP address");
  }

  private void checkPerDatagram() {
    draft.checkState(
        !draft.persistence.remembers(),
        "persistence() clashes with udp() per datagram: leave one out");
    draft.checkState(
        draft.routes.isEmpty(), "routes() clash with udp() per datagram: leave one out");
    draft.checkState(
        draft.keySources().stream().allMatch(key -> key.inspected().isEmpty()),
        "keys from a client's first datagram clash with udp() per datagram: leave one out");
  }
}
