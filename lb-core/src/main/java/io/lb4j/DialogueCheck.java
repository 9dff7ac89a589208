package io.lb4j;

import io.lb4j.internal.probe.Dialogue;
import io.lb4j.internal.probe.DialogueProber;
import io.lb4j.internal.probe.Greeting;
import io.lb4j.internal.probe.Prober;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/** Speaks with the application on a member. */
final class DialogueCheck implements Check {
  private final String words;
  private final OptionalInt port;
  private final Optional<ProbeTls> tls;
  private final Function<PoolMember, Supplier<Dialogue>> dialogues;

  /**
   * A check.
   *
   * @param words what it is called
   * @param port another port than the members'
   * @param dialogues makes what makes the dialogues with a member
   */
  DialogueCheck(
      String words,
      OptionalInt port,
      Optional<ProbeTls> tls,
      Function<PoolMember, Supplier<Dialogue>> dialogues) {
    this.words = words;
    this.port = port;
    this.tls = tls;
    this.dialogues = dialogues;
  }

  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    return new DialogueProber(
        room.loop(),
        room.threads(),
        () -> target(member.socketAddress().orElseThrow()),
        tls.map(settings -> settings.settingsFor(member)),
        port.isPresent() ? Greeting.NONE : room.greeting(),
        dialogues.apply(member));
  }

  private SocketAddress target(SocketAddress member) {
    return port.isPresent() && member instanceof InetSocketAddress inet
        ? new InetSocketAddress(inet.getAddress(), port.getAsInt())
        : member;
  }

  @Override
  public String toString() {
    return words;
  }
}
