package io.lb4j;

import io.lb4j.internal.net.SocketOption;
import java.util.List;

/** Clashes of what is set on the sockets of one side with that side, or with another setting. */
final class SideClashes {
  private SideClashes() {}

  /**
   * Refuses them.
   *
   * @throws IllegalStateException for the first one; the message says what to do
   */
  static void check(VirtualServerDraft draft) {
    List<SocketOption> ofMembers = draft.clientSockets.among(SocketOption.BIND_ADDRESS_NO_PORT);
    draft.checkState(ofMembers.isEmpty(), ofMembers + " of clientSockets() is for memberSockets()");
    List<SocketOption> ofClients =
        draft.memberSockets.among(
            SocketOption.REUSE_PORT, SocketOption.FAST_OPEN, SocketOption.DEFER_ACCEPT);
    draft.checkState(ofClients.isEmpty(), ofClients + " of memberSockets() is for clientSockets()");
    draft.checkState(
        draft.virtualClient.isEmpty() || !draft.memberSockets.isOn(SocketOption.TRANSPARENT),
        "virtualClient() clashes with transparent() memberSockets(): leave one out");
  }
}
