package io.lb4j;

import io.lb4j.internal.probe.Expectation;
import io.lb4j.internal.probe.Script;
import io.lb4j.internal.probe.ScriptDialogue;
import io.lb4j.internal.probe.ScriptStep;
import io.lb4j.internal.util.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What {@link HealthMonitor#script} says to a member and expects from it. Immutable: each step and
 * each setting returns a changed copy. Steps happen in the order in which they are added, so a
 * protocol in which the server speaks first begins with an {@code expect}.
 *
 * <p>An {@code expect} step looks at the bytes that came since the last match, as they come, and is
 * met as soon as they have what it expects anywhere; what comes before that is skipped. It fails
 * when there is none within {@link #maxBytes} bytes, when the member closes before, and when the
 * probe's timeout is over. When the last step is met the member is fit and the connection is closed
 * in order, whatever else the member had to say.
 *
 * <p>It is played over TCP (or a UNIX-domain socket), {@linkplain #tls over TLS} or {@linkplain
 * #udp over UDP}.
 *
 * <p>At most {@value #MAX_STEPS} steps of 1..65536 bytes each. Texts are sent and expected as
 * UTF-8; {@code \r\n} must be written where the protocol wants it.
 */
public final class ScriptCheck {
  private static final int MAX_STEPS = 100;
  private static final int LONGEST_DATAGRAM = 65_507; // what UDP over IPv4 takes

  private final List<ScriptStep> steps;
  private final Optional<Expectation> drainOn;
  private final boolean reverse;
  private final int maxBytes;
  private final OptionalInt port;
  private final Optional<ProbeTls> tls;
  private final boolean udp;

  private ScriptCheck(
      List<ScriptStep> steps,
      Optional<Expectation> drainOn,
      boolean reverse,
      int maxBytes,
      OptionalInt port,
      Optional<ProbeTls> tls,
      boolean udp) {
    this.steps = steps;
    this.drainOn = drainOn;
    this.reverse = reverse;
    this.maxBytes = maxBytes;
    this.port = port;
    this.tls = tls;
    this.udp = udp;
  }

  /** Without a step yet. */
  public static ScriptCheck create() {
    return new ScriptCheck(
        List.of(),
        Optional.empty(),
        false,
        Texts.DEFAULT_MAX_BYTES,
        OptionalInt.empty(),
        Optional.empty(),
        false);
  }

  /** And then sends a text. */
  public ScriptCheck send(String text) {
    return then("send", new ScriptStep.Send(Texts.utf8("send", text)));
  }

  /** And then sends bytes, two hexadecimal digits each: {@code "0d0a"}; blanks do not count. */
  public ScriptCheck sendHex(String digits) {
    return then("sendHex", new ScriptStep.Send(Texts.bytes("sendHex", digits)));
  }

  /** And then expects a text. */
  public ScriptCheck expect(String text) {
    return then("expect", new ScriptStep.Expect(Texts.text("expect", text)));
  }

  /** And then expects bytes, two hexadecimal digits each; blanks do not count. */
  public ScriptCheck expectHex(String digits) {
    return then("expectHex", new ScriptStep.Expect(Texts.hex("expectHex", digits)));
  }

  /**
   * And then expects a match of a regular expression (of {@link java.util.regex.Pattern}) anywhere
   * in the bytes, each byte being one character as in ISO-8859-1; a dot also matches line ends. It
   * is tried on what is there whenever bytes have come, so that {@code .*} may match less than the
   * whole reply. A pattern that looks at characters more than 64 times the {@link #maxBytes} (and
   * more than 1048576 times) in one step, as those with nested repetitions can, fails the probe.
   */
  public ScriptCheck expectMatch(String regex) {
    return then("expectMatch", new ScriptStep.Expect(Texts.pattern("expectMatch", regex)));
  }

  /**
   * And at last expects the member to end its stream in order; what comes before counts towards
   * {@link #maxBytes}. No step can follow.
   */
  public ScriptCheck expectEnd() {
    return then("expectEnd", new ScriptStep.End());
  }

  private ScriptCheck then(String name, ScriptStep step) {
    if (!steps.isEmpty() && steps.get(steps.size() - 1) instanceof ScriptStep.End) {
      throw Checks.bad(name, "after expectEnd", "no step after it");
    }
    if (steps.size() == MAX_STEPS) {
      throw Checks.bad(name, "step " + (MAX_STEPS + 1), "at most " + MAX_STEPS + " steps");
    }
    List<ScriptStep> more = new ArrayList<>(steps);
    more.add(step);
    return new ScriptCheck(List.copyOf(more), drainOn, reverse, maxBytes, port, tls, udp);
  }

  /**
   * The same with a text that means that the member wants no new flows (F5's receive disable
   * string): when it comes before what a step expects, the member drains.
   */
  public ScriptCheck drainOn(String text) {
    return drainOn(Texts.text("drainOn", text));
  }

  /** The same with a regular expression for {@link #drainOn(String)}. */
  public ScriptCheck drainOnMatch(String regex) {
    return drainOn(Texts.pattern("drainOnMatch", regex));
  }

  private ScriptCheck drainOn(Expectation expectation) {
    return new ScriptCheck(steps, Optional.of(expectation), reverse, maxBytes, port, tls, udp);
  }

  /**
   * The same, but the member fails when what the last step expects comes (F5's reverse), and is fit
   * when it does not: when the timeout is over, {@link #maxBytes} bytes have come or the member has
   * closed, provided that at least one byte came. The steps before have to be met as ever. Unless
   * the member closes, each probe of a fit member lasts for the whole timeout.
   */
  public ScriptCheck reverse() {
    return new ScriptCheck(steps, drainOn, true, maxBytes, port, tls, udp);
  }

  /** The same with another number of bytes in which a step must be met, 1..65536; default 16384. */
  public ScriptCheck maxBytes(int maxBytes) {
    Texts.checkMaxBytes(maxBytes);
    return new ScriptCheck(steps, drainOn, reverse, maxBytes, port, tls, udp);
  }

  /**
   * The same on another port than the member's, 1..65535. A member on a UNIX-domain socket has no
   * ports and is spoken to on its socket.
   */
  public ScriptCheck port(int port) {
    Checks.range("port", port, 1, 65_535);
    return new ScriptCheck(steps, drainOn, reverse, maxBytes, OptionalInt.of(port), tls, udp);
  }

  /** The same over TLS. */
  public ScriptCheck tls(ProbeTls tls) {
    Optional<ProbeTls> present = Optional.of(Checks.present("tls", tls));
    return new ScriptCheck(steps, drainOn, reverse, maxBytes, port, present, udp);
  }

  /**
   * The same over UDP. Each {@code send} is one datagram, of 65507 bytes at most; an {@code expect}
   * looks at the bytes of all datagrams that came since the last match, one after another, as if
   * they were a stream. A script begins with a {@code send}, as nobody hears of it before. Nothing
   * is sent again: a datagram that is lost on either way fails the probe when its timeout is over,
   * and it takes {@link HealthMonitor#fall} of them to take the member down. A member whose host
   * says that nobody hears at its port fails at once: {@code port unreachable}.
   *
   * <p>It goes neither with {@link #tls} nor with {@link #expectEnd}, and a member on a UNIX-domain
   * socket fails. In a pool with {@link Pool.Builder#proxyProtocol}, each datagram to the members'
   * own port begins with the header.
   */
  public ScriptCheck udp() {
    return new ScriptCheck(steps, drainOn, reverse, maxBytes, port, tls, true);
  }

  /** What a monitor does with it. */
  Check check() {
    boolean expects = steps.stream().anyMatch(step -> !(step instanceof ScriptStep.Send));
    if (!expects) {
      throw Checks.bad("script", this, "a step that expects something; tcp() only connects");
    }
    if (reverse && !(steps.get(steps.size() - 1) instanceof ScriptStep.Expect)) {
      throw Checks.bad("script", this, "with reverse() an expect or expectMatch as last step");
    }
    Script script = new Script(steps, drainOn, reverse, maxBytes);
    if (udp) {
      checkThatDatagramsDo();
      return DialogueCheck.byDatagrams(
          "script over UDP", port, false, member -> () -> new ScriptDialogue(script));
    }
    return DialogueCheck.connecting(
        tls.isPresent() ? "script over TLS" : "script",
        port,
        tls,
        member -> () -> new ScriptDialogue(script));
  }

  private void checkThatDatagramsDo() {
    if (tls.isPresent()) {
      throw Checks.bad("script", this, "with udp() no tls(): leave one of them out");
    }
    if (steps.get(steps.size() - 1) instanceof ScriptStep.End) {
      throw Checks.bad("script", this, "with udp() no expectEnd(): datagrams have no end");
    }
    if (!(steps.get(0) instanceof ScriptStep.Send)) {
      throw Checks.bad("script", this, "with udp() a send as first step");
    }
    for (ScriptStep step : steps) {
      if (step instanceof ScriptStep.Send send && send.bytes().length > LONGEST_DATAGRAM) {
        String bytes = send.bytes().length + " bytes";
        throw Checks.bad("send", bytes, "with udp() at most " + LONGEST_DATAGRAM + " bytes");
      }
    }
  }

  @Override
  public String toString() {
    return steps.stream().map(ScriptCheck::words).collect(Collectors.joining(", ", "[", "]"))
        + drainOn.map(drain -> " drain on " + drain).orElse("")
        + (reverse ? " reverse" : "")
        + (udp ? " over UDP" : "")
        + (port.isPresent() ? " port " + port.getAsInt() : "")
        + tls.map(settings -> " " + settings).orElse("");
  }

  private static String words(ScriptStep step) {
    return step instanceof ScriptStep.Send send
        ? "send " + send.bytes().length + " bytes"
        : "expect " + step;
  }
}
