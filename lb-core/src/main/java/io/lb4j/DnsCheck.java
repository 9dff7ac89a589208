package io.lb4j;

import io.lb4j.internal.probe.Dialogue;
import io.lb4j.internal.probe.DnsDialogue;
import io.lb4j.internal.probe.DnsExchange;
import io.lb4j.internal.util.Checks;
import io.lb4j.internal.wire.DnsNames;
import io.lb4j.internal.wire.DnsQuestion;
import java.security.SecureRandom;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What {@link HealthMonitor#dns(DnsCheck)} asks of a member and what is a good reply. Immutable:
 * each setting returns a changed copy.
 *
 * <p>It asks one question of the class IN, with recursion desired and without extensions (RFC 1035,
 * section 4.1), by UDP unless {@link #tcp} says otherwise. Of the reply, the response code counts
 * and how many answers there are; the answers themselves are not looked at. A truncated reply is a
 * reply; it has answers enough.
 *
 * <p>By UDP each probe has a port and a random id of its own, and what does not bear both and the
 * question is passed over, such as a late reply to an earlier probe. As datagrams get lost, the
 * query is sent again after a third and after two thirds of the timeout; the first reply decides. A
 * member whose host says that nobody hears at its port fails at once: {@code port unreachable}. In
 * a pool with {@link Pool.Builder#proxyProtocol}, each datagram to the members' own port begins
 * with the header.
 */
public final class DnsCheck {
  private static final int MOST_ANSWERS = 0xFFFF;
  private static final int TYPE_A = 1;
  private static final int NO_ERROR = 0;

  private final DnsQuestion question;
  private final BitSet codes; // empty: NOERROR; nobody changes it
  private final int minAnswers;
  private final boolean tcp;
  private final OptionalInt port;

  private DnsCheck(
      DnsQuestion question, BitSet codes, int minAnswers, boolean tcp, OptionalInt port) {
    this.question = question;
    this.codes = codes;
    this.minAnswers = minAnswers;
    this.tcp = tcp;
    this.port = port;
  }

  /**
   * Asks for the addresses (A) of a name.
   *
   * @param name labels of 1..63 ASCII letters, digits, hyphens and underscores with dots between,
   *     255 octets in all, perhaps with a dot at its end; a dot alone is the root
   */
  public static DnsCheck query(String name) {
    return new DnsCheck(DnsQuestion.of(name, TYPE_A), new BitSet(), 0, false, OptionalInt.empty());
  }

  /**
   * The same, asking for another type, in whatever case: A, NS, CNAME, SOA, PTR, MX, TXT, AAAA,
   * SRV, or any by its number, as {@code TYPE65} (RFC 3597).
   */
  public DnsCheck type(String type) {
    return type(DnsNames.type(type));
  }

  /** The same, asking for another type, 1..65535. */
  public DnsCheck type(int type) {
    return new DnsCheck(question.type(type), codes, minAnswers, tcp, port);
  }

  /**
   * The same, expecting a response code by its name, in whatever case: NOERROR, FORMERR, SERVFAIL,
   * NXDOMAIN, NOTIMP, REFUSED, YXDOMAIN, YXRRSET, NXRRSET, NOTAUTH or NOTZONE. The first one given
   * stands instead of the default NOERROR, further ones are added.
   */
  public DnsCheck expectCode(String code) {
    return expectCode(DnsNames.code(code));
  }

  /** The same, expecting a response code, 0..15; see {@link #expectCode(String)}. */
  public DnsCheck expectCode(int code) {
    Checks.range("code", code, 0, DnsNames.MAX_CODE);
    BitSet more = (BitSet) codes.clone();
    more.set(code);
    return new DnsCheck(question, more, minAnswers, tcp, port);
  }

  /** The same, expecting so many answers or more, of whatever types, 0..65535; default 0. */
  public DnsCheck minAnswers(int minAnswers) {
    Checks.range("minAnswers", minAnswers, 0, MOST_ANSWERS);
    return new DnsCheck(question, codes, minAnswers, tcp, port);
  }

  /**
   * The same over TCP (RFC 1035, section 4.2.2), which also works on UNIX-domain sockets; by UDP a
   * member there fails.
   */
  public DnsCheck tcp() {
    return new DnsCheck(question, codes, minAnswers, true, port);
  }

  /**
   * The same on another port than the member's, 1..65535. A member on a UNIX-domain socket has no
   * ports and is asked on its socket.
   */
  public DnsCheck port(int port) {
    Checks.range("port", port, 1, 65_535);
    return new DnsCheck(question, codes, minAnswers, tcp, OptionalInt.of(port));
  }

  /** What a monitor does with it. */
  Check check() {
    SecureRandom ids = new SecureRandom();
    DnsExchange exchange = new DnsExchange(question, expected(), minAnswers, tcp);
    Supplier<Dialogue> dialogues = () -> new DnsDialogue(exchange, ids.nextInt(1 << Short.SIZE));
    return tcp
        ? DialogueCheck.connecting(toString(), port, Optional.empty(), member -> dialogues)
        : DialogueCheck.byDatagrams(toString(), port, true, member -> dialogues);
  }

  private BitSet expected() {
    BitSet expected = (BitSet) codes.clone();
    if (expected.isEmpty()) {
      expected.set(NO_ERROR);
    }
    return expected;
  }

  @Override
  public String toString() {
    return (tcp ? "dns over TCP " : "dns ")
        + question
        + (port.isPresent() ? " port " + port.getAsInt() : "");
  }
}
