package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reply sets a cookie to, whatever it is and however it is split. */
class SetCookieReaderTest {
  private static final int LIMIT = 16 * 1024;

  private record Seen(Outcome outcome, Optional<String> cookie, Optional<String> problem) {}

  private static Seen read(String stream) {
    return read(HelloBytes.latin(stream), LIMIT);
  }

  /** The same for whole, single bytes and random pieces. */
  static Seen read(byte[] stream, int limit) {
    Seen whole = read(stream, limit, stream.length, new Random(0));
    assertThat(read(stream, limit, 1, new Random(0))).isEqualTo(whole);
    assertThat(read(stream, limit, 20, new Random(1))).isEqualTo(whole);
    return whole;
  }

  private static Seen read(byte[] stream, int limit, int most, Random random) {
    SetCookieReader reader = new SetCookieReader("sid", limit);
    for (int at = 0; at < stream.length; ) {
      int count = Math.min(stream.length - at, most == 20 ? 1 + random.nextInt(most) : most);
      ByteBuffer piece = ByteBuffer.wrap(stream, at, count).asReadOnlyBuffer();
      assertThat(reader.read(piece)).isEqualTo(reader.outcome());
      assertThat(piece.position()).isEqualTo(at);
      at += count;
    }
    return new Seen(reader.outcome(), reader.cookie(), reader.problem());
  }

  private static String reply(String... headers) {
    return "HTTP/1.1 200 OK\r\nServer: x\r\n" + String.join("\r\n", headers) + "\r\n\r\nbody";
  }

  private static Optional<String> cookie(String... headers) {
    Seen seen = read(reply(headers));
    assertThat(seen.outcome()).isEqualTo(Outcome.COMPLETE);
    return seen.cookie();
  }

  private static Optional<String> set(String header) {
    return cookie("Set-Cookie: " + header);
  }

  private static Seen malformed(String problem) {
    return new Seen(Outcome.MALFORMED, Optional.empty(), Optional.of(problem));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sid=1 | 1",
        "sid=1; Path=/; HttpOnly | 1",
        "sid=1;Max-Age=60 | 1",
        "sid = 1 ;x | 1",
        "sid=\"1 2\" | 1 2",
        "sid=x=y== | x=y==",
        "sid=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT | 1",
        "sid=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT | 1",
        "sid=1; Max-Age=0; Max-Age=60 | 1",
        "sid=1; Max-Age=soon | 1",
        "sid=1; =0; max-age | 1"
      })
  void whatTheCookieIsSetToIsFound(String header, String value) {
    assertThat(set(header)).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sid=",
        "sid=\"\"",
        "sid",
        "SID=1",
        "other=1; sid=2",
        "sid=1; Max-Age=0",
        "sid=1; max-age = 00",
        "sid=1; Max-Age=-1",
        "sid=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        "sid=1; expires=Thu, 01-Jan-1970 00:00:10 GMT",
        "sid=1; expires=Thu, 01-Jan-70 00:00:10 GMT"
      })
  void whatIsEmptyOrTakenAwayOrAboutAnotherIsNone(String header) {
    assertThat(set(header)).isEmpty();
  }

  @Test
  void theLastOfThatNameCounts() {
    assertThat(
            cookie("set-cookie: sid=1", "SET-COOKIE: x=2", "Set-Cookie:sid=3", "set-cookie: y=4"))
        .contains("3");
    assertThat(cookie("Set-Cookie: sid=1", "Set-Cookie: sid=; Max-Age=0")).isEmpty();
  }

  @Test
  void aReplyWithoutTheHeaderSetsNothing() {
    assertThat(cookie("Cookie: sid=1", "X: Set-Cookie: sid=1", "Set-Cookie2: sid=1")).isEmpty();
    assertThat(read("HTTP/1.0 404\r\n\r\n").outcome()).isEqualTo(Outcome.COMPLETE);
  }

  @Test
  void theReasonIsNoHeader() {
    assertThat(read("HTTP/1.1 200 Set-Cookie: sid=1\r\n\r\n").cookie()).isEmpty();
  }

  @Test
  void interimRepliesArePassedOver() {
    String interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nSet-Cookie: sid=0\r\n\r\n";

    assertThat(read(interim).outcome()).isEqualTo(Outcome.NEED_MORE);
    assertThat(read(interim + reply("Set-Cookie: sid=1")).cookie()).contains("1");
    assertThat(read(interim + reply()).cookie()).isEmpty();
  }

  @Test
  void aSwitchOfProtocolsIsFinal() {
    assertThat(read("HTTP/1.1 101 Switching\r\nSet-Cookie: sid=1\r\n\r\n\1\2").cookie())
        .contains("1");
  }

  @Test
  void nothingIsToldBeforeTheHeadHasEnded() {
    Seen seen = read("HTTP/1.1 200 OK\r\nSet-Cookie: sid=1\r\n");

    assertThat(seen).isEqualTo(new Seen(Outcome.NEED_MORE, Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200 OK\r\n",
        "HTTP/1.1 20 OK\r\n",
        "HTTP/1.1  200 OK\r\n",
        "ICY 200 OK\r\n",
        "GET / HTTP/1.1\r\n",
        "220 mail.example ESMTP\r\n"
      })
  void whatHasNoStatusLineIsSomethingElse(String stream) {
    assertThat(read(stream).outcome()).isEqualTo(Outcome.NOT_THIS);
  }

  @Test
  void aHeadIsHeldToTheSameSyntaxAsARequest() {
    assertThat(read("HTTP/1.1 200 OK\n")).isEqualTo(malformed("LF without CR"));
    assertThat(read("HTTP/1.1 200\n").problem()).isPresent();
    assertThat(read("HTTP/1.1 2000\r\n").problem()).isPresent();
    assertThat(read("HTTP/1.1 200 OK\r\nSet-Cookie: a\r\n b\r\n"))
        .isEqualTo(malformed("folded line"));
    assertThat(read("HTTP/1.1 200 OK\r\nSet-Cookie: sid=1\0\r\n").problem()).isPresent();
  }

  @Test
  void headsHaveALimitTogether() {
    String interim = "HTTP/1.1 100 Continue\r\n\r\n";
    String whole = interim + "HTTP/1.1 200 OK\r\n\r\n";

    assertThat(read(HelloBytes.latin(whole), whole.length()).outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(read(HelloBytes.latin(whole), whole.length() - 1))
        .isEqualTo(malformed("heads longer than the limit"));
    assertThat(read(reply("Set-Cookie: " + "x".repeat(64 * 1024))).problem()).isPresent();
  }

  @Property(tries = 300)
  void anyBytesGiveTheSameInAnyPieces(@ForAll @Size(max = 100) byte[] bytes) {
    read(bytes, LIMIT);
    read(HelloBytes.join(HelloBytes.latin("HTTP/1.1 200 \r\nSet-Cookie:"), bytes), 100);
  }

  @Property(tries = 300)
  void nearlyAReplyGivesTheSameInAnyPieces(@ForAll("nearlyReplies") String stream) {
    read(stream);
  }

  @Provide
  Arbitrary<String> nearlyReplies() {
    return Arbitraries.of(
            "\r\n",
            "\r",
            "\n",
            " ",
            ":",
            ";",
            "=",
            "\"",
            "sid=1",
            "set-cookie: sid=2\r\n",
            "Max-Age=0",
            "HTTP/1.1 100 x\r\n\r\n",
            "HTTP/1.1 200 OK\r\n",
            "a: b\r\n",
            "Expires= 1970 ")
        .list()
        .ofMaxSize(20)
        .map(parts -> "HTTP/1.1 200 OK\r\nSet-Cookie: sid=1;" + String.join("", parts));
  }
}
