package io.lb4j;

import io.lb4j.internal.probe.DatagramLines;
import io.lb4j.internal.probe.Dialogue;
import io.lb4j.internal.probe.DialogueProber;
import io.lb4j.internal.probe.Greeting;
import io.lb4j.internal.probe.Lines;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.probe.StreamLines;
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
  private final Way way;
  private final Function<PoolMember, Supplier<Dialogue>> dialogues;

  /** How a member is reached. */
  private interface Way {
    Lines to(PoolMember member, ProbeRoom room, Greeting greeting);
  }

  private DialogueCheck(
      String words, OptionalInt port, Way way, Function<PoolMember, Supplier<Dialogue>> dialogues) {
    this.words = words;
    this.port = port;
    this.way = way;
    this.dialogues = dialogues;
  }

  /**
   * A check over a connection.
   *
   * @param words what it is called
   * @param port another port than the members'
   * @param dialogues makes what makes the dialogues with a member
   */
  static DialogueCheck connecting(
      String words,
      OptionalInt port,
      Optional<ProbeTls> tls,
      Function<PoolMember, Supplier<Dialogue>> dialogues) {
    return new DialogueCheck(
        words,
        port,
        (member, room, greeting) ->
            new StreamLines(
                room.loop(),
                room.threads(),
                tls.map(settings -> settings.settingsFor(member)),
                greeting),
        dialogues);
  }

  /**
   * The same by datagrams.
   *
   * @param repeating whether what was sent last is sent again while no report is found
   */
  static DialogueCheck byDatagrams(
      String words,
      OptionalInt port,
      boolean repeating,
      Function<PoolMember, Supplier<Dialogue>> dialogues) {
    return new DialogueCheck(
        words,
        port,
        (member, room, greeting) -> new DatagramLines(room.loop(), greeting, repeating),
        dialogues);
  }

  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    Greeting greeting = port.isPresent() ? Greeting.NONE : room.greeting();
    return new DialogueProber(
        room.loop(),
        () -> target(member.socketAddress().orElseThrow()),
        way.to(member, room, greeting),
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
