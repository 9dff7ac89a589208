package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lb4j.testing.DnsReplies;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of a DNS server, and what a message is to someone who has asked. */
class DnsReplyTest {
  private static final int ID = 0xBEEF;
  private static final DnsQuestion QUESTION = DnsQuestion.of("www.Example.org", 28);
  private static final byte[] QUERY = QUESTION.query(ID);
  private static final byte[] GOOD = DnsReplies.to(QUERY, 0, 2);

  private static DnsReply read(byte[] message) {
    return DnsReply.read(QUESTION, ID, ByteBuffer.wrap(message));
  }

  private static String wordsOf(Outcome outcome, byte[] message) {
    DnsReply reply = read(message);
    assertThat(reply.outcome()).isEqualTo(outcome);
    return reply.words();
  }

  private static byte[] changed(int at, int value) {
    byte[] other = GOOD.clone();
    other[at] = (byte) value;
    return other;
  }

  @Test
  void aQueryIsWhatTheStandardSays() {
    assertThat(HexFormat.of().formatHex(DnsQuestion.of("example.org.", 1).query(0x1234)))
        .isEqualTo("123401000001000000000000" + "076578616d706c65036f726700" + "00010001");
    assertThat(HexFormat.of().formatHex(DnsQuestion.of(".", 2).query(0)))
        .isEqualTo("000001000001000000000000" + "00" + "00020001");
  }

  @Test
  void theLongestNameFits() {
    String label = "a".repeat(63);
    String longest = String.join(".", label, label, label, "a".repeat(61));

    assertThat(DnsQuestion.of(longest + ".", 1).query(0)).hasSize(12 + 255 + 4);
    assertThatIllegalArgumentException().isThrownBy(() -> DnsQuestion.of(longest + "a", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", ".a", "a..b", "a b", "\u00e4.example", "a/b", "a\n", "a.b.."})
  void aNameThatIsNoneIsRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DnsQuestion.of(name, 1))
        .withMessageStartingWith("name: \"")
        .withMessageEndingWith("(expected: a DNS name such as www.example.com, or a dot)");
  }

  @Test
  void aReplyTellsItsCodeAndHowManyAnswersItHas() {
    assertThat(read(GOOD)).isEqualTo(new DnsReply(Outcome.COMPLETE, "", 0, false, 2));
    assertThat(read(DnsReplies.to(QUERY, 3, 0)).code()).isEqualTo(3);
    assertThat(read(DnsReplies.truncatedTo(QUERY)).truncated()).isTrue();
  }

  @Test
  void namesAreAlikeWhateverTheirCase() {
    byte[] lower = GOOD.clone();
    for (int i = 12; i < QUERY.length - 4; i++) {
      lower[i] = (byte) Character.toLowerCase(lower[i]);
    }

    assertThat(lower).isNotEqualTo(GOOD);
    assertThat(read(lower).outcome()).isEqualTo(Outcome.COMPLETE);
  }

  @Test
  void whatIsNoReplyToTheQuestionIsNotThis() {
    assertThat(wordsOf(Outcome.NOT_THIS, new byte[0])).isEqualTo("a message of 0 bytes");
    assertThat(wordsOf(Outcome.NOT_THIS, DnsReplies.withOtherId(GOOD)))
        .isEqualTo("a message with another id");
    assertThat(wordsOf(Outcome.NOT_THIS, QUERY)).isEqualTo("a message that is no reply to a query");
    assertThat(wordsOf(Outcome.NOT_THIS, changed(2, 0xA8)))
        .isEqualTo("a message that is no reply to a query");
    assertThat(wordsOf(Outcome.NOT_THIS, changed(13, 'x')))
        .isEqualTo("a reply to another question");
    assertThat(wordsOf(Outcome.NOT_THIS, changed(QUERY.length - 3, 1)))
        .as("another type")
        .isEqualTo("a reply to another question");
    assertThat(wordsOf(Outcome.NOT_THIS, changed(12, 0xC0)))
        .as("a pointer, to itself")
        .isEqualTo("a reply to another question");
  }

  @Test
  void aTypeIsNoTextWhoseCaseCouldDiffer() {
    DnsQuestion letter = DnsQuestion.of("a", 'A');
    byte[] reply = DnsReplies.to(letter.query(ID), 0, 0);
    reply[reply.length - 3] = 'a';

    assertThat(DnsReply.read(letter, ID, ByteBuffer.wrap(reply)).outcome())
        .isEqualTo(Outcome.NOT_THIS);
  }

  @Test
  void aReplyThatIsCutOffIsMalformed() {
    assertThat(wordsOf(Outcome.MALFORMED, Arrays.copyOf(GOOD, 11)))
        .isEqualTo("a reply of 11 bytes");
    assertThat(wordsOf(Outcome.MALFORMED, Arrays.copyOf(GOOD, QUERY.length - 1)))
        .isEqualTo("a reply that ends in its question");
    assertThat(wordsOf(Outcome.MALFORMED, changed(5, 2))).isEqualTo("a reply with 2 questions");
  }

  @Test
  void aRefusalNeedNotRepeatTheQuestion() {
    byte[] bare = Arrays.copyOf(DnsReplies.to(QUERY, 5, 0), 12);
    bare[5] = 0;

    assertThat(read(bare)).isEqualTo(new DnsReply(Outcome.COMPLETE, "", 5, false, 0));
    bare[3] = 0;
    assertThat(wordsOf(Outcome.MALFORMED, bare)).isEqualTo("a reply with 0 questions");
  }

  @Test
  void namesOfTypesAndCodesAreKnownInWhateverCase() {
    assertThat(DnsNames.type("aaaa")).isEqualTo(28);
    assertThat(DnsNames.type("TYPE257")).isEqualTo(257);
    assertThat(DnsNames.ofType(257)).isEqualTo("TYPE257");
    assertThat(DnsNames.code("NxDomain")).isEqualTo(3);
    assertThat(DnsNames.ofCode(11)).isEqualTo("RCODE11");
  }

  @Property(tries = 300)
  void noPartOfAReplyIsTakenForAReply(@ForAll @IntRange(max = 1000) int length) {
    int part = length % QUERY.length;

    assertThat(read(Arrays.copyOf(GOOD, part)).outcome()).isNotEqualTo(Outcome.COMPLETE);
  }

  @Property(tries = 1000)
  void whateverComesIsJudged(@ForAll @Size(max = 64) byte[] bytes) {
    Targets.dnsReply(bytes);
  }

  @Property(tries = 500)
  void oneOctetMoreOrLessNeverThrows(
      @ForAll @IntRange(max = 200) int at, @ForAll byte value, @ForAll boolean shorter) {
    byte[] other = changed(at % GOOD.length, value);
    Targets.dnsReply(shorter ? Arrays.copyOf(other, at % other.length) : other);
  }
}
