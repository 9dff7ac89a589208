package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken from a reply, whatever it is and however it is split. */
class HttpReplyReaderTest {
  private static final int MAX_BODY = 64;

  /** Everything that can be seen of a reader. */
  private record Seen(boolean head, int status, String body, boolean complete, String problem) {
    Seen(HttpReplyReader reader) {
      this(
          reader.hasHead(),
          reader.status(),
          reader.body().toString(),
          reader.isComplete(),
          reader.problem().orElse(""));
    }
  }

  private static Seen read(byte[] reply, boolean ends, Random split) {
    HttpReplyReader reader = new HttpReplyReader(false, MAX_BODY);
    for (int at = 0; at < reply.length; ) {
      int length = Math.min(reply.length - at, split == null ? reply.length : 1 + split.nextInt(5));
      feed(reader, ByteBuffer.wrap(reply, at, length));
      at += length;
    }
    if (ends) {
      reader.end();
    }
    return new Seen(reader);
  }

  /** As a dialogue does: again and again until nothing more is taken. */
  private static void feed(HttpReplyReader reader, ByteBuffer bytes) {
    int before;
    do {
      before = bytes.remaining();
      reader.read(bytes);
    } while (bytes.remaining() < before);
  }

  private static Seen read(String reply, boolean ends) {
    return read(reply.getBytes(StandardCharsets.ISO_8859_1), ends, null);
  }

  private static String problem(String reply) {
    return read(reply, false).problem();
  }

  private static String chunked(String chunks) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
  }

  // ---- good replies

  @Test
  void aBodyEndsAtItsLength() {
    Seen seen = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello world", false);

    assertThat(seen).isEqualTo(new Seen(true, 200, "hello", true, ""));
  }

  @Test
  void aBodyWithoutLengthEndsWithTheStream() {
    String reply = "HTTP/1.0 404 Not Found\r\nServer: x\r\n\r\nnothing";

    assertThat(read(reply, false)).isEqualTo(new Seen(true, 404, "nothing", false, ""));
    assertThat(read(reply, true)).isEqualTo(new Seen(true, 404, "nothing", true, ""));
  }

  @Test
  void chunksAreJoinedAndTrailersSkipped() {
    Seen seen = read(chunked("3\r\nhel\r\nA;name=value\r\nlo, world!\r\n0\r\nX: y\r\n\r\n"), false);

    assertThat(seen).isEqualTo(new Seen(true, 200, "hello, world!", true, ""));
  }

  @Test
  void chunksCountAndALengthDoesNotWhenBothAreGiven() {
    String reply =
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n";

    assertThat(read(reply + "2\r\nhi\r\n0\r\n\r\n", false).body()).isEqualTo("hi");
  }

  @Test
  void interimRepliesAreSkipped() {
    String reply =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\n"
            + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    assertThat(read(reply, false)).isEqualTo(new Seen(true, 200, "ok", true, ""));
  }

  @Test
  void aSwitchOfProtocolsIsFinal() {
    assertThat(read("HTTP/1.1 101 Switching\r\n\r\n", false).complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void someStatusesHaveNoBody(int status) {
    String reply = "HTTP/1.1 " + status + " x\r\nContent-Length: 5\r\n\r\n";

    assertThat(read(reply, false).complete()).isTrue();
  }

  @Test
  void aReplyToHeadHasNoBody() {
    HttpReplyReader reader = new HttpReplyReader(true, MAX_BODY);
    reader.read(
        ByteBuffer.wrap(
            "HTTP/1.1 200 OK\nContent-Length: 5\n\n".getBytes(StandardCharsets.US_ASCII)));

    assertThat(reader.isComplete()).isTrue();
  }

  @Test
  void ofALongBodyTheBeginningIsKept() {
    String reply = "HTTP/1.1 200 OK\r\n\r\n" + "x".repeat(MAX_BODY) + "y".repeat(1000);

    assertThat(read(reply, false)).isEqualTo(new Seen(true, 200, "x".repeat(MAX_BODY), false, ""));
  }

  // ---- bad ones

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SSH-2.0-OpenSSH_9.2 | 'malformed status line \"SSH-2.0-OpenSSH_9.2\"'",
        "HTTP/2 200 | 'malformed status line \"HTTP/2 200\"'",
        "HTTP/1.1 20 OK | 'malformed status line \"HTTP/1.1 20 OK\"'",
        "HTTP/1.1 2000 | 'malformed status line \"HTTP/1.1 2000\"'",
        "HTTP/1.1 099 | 'malformed status line \"HTTP/1.1 099\"'",
      })
  void aMalformedStatusLineIsQuoted(String line, String problem) {
    assertThat(problem(line + "\r\n")).isEqualTo(problem);
  }

  @Test
  void binaryIsQuotedAsHexadecimal() {
    assertThat(problem("\0\u0001\u00ff\r\n"))
        .isEqualTo("malformed status line \"\\x00\\x01\\xff\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no colon | malformed header \"no colon\"",
        ": value | malformed header \": value\"",
        "Name : value | malformed header \"Name : value\"",
        "Content-Length: -1 | malformed content-length \"-1\"",
        "Content-Length: 99999999999999999999 | malformed content-length \"99999999999999999999\"",
        "Content-Length: 1, 1 | malformed content-length \"1, 1\"",
      })
  void aMalformedHeaderIsQuoted(String header, String problem) {
    assertThat(problem("HTTP/1.1 200 OK\r\n" + header + "\r\n")).isEqualTo(problem);
  }

  @Test
  void aFoldedHeaderIsMalformed() {
    assertThat(problem("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n")).startsWith("malformed header");
  }

  @Test
  void twoDifferentLengthsAreRefused() {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: ";

    assertThat(problem(head + "1\r\n")).isEmpty();
    assertThat(problem(head + "2\r\n")).isEqualTo("two content-lengths");
  }

  @Test
  void headsHaveALimit() {
    String start = "HTTP/1.1 200 OK\r\n";
    String header = "X: " + "x".repeat(HttpReplyReader.MAX_HEAD_BYTES - start.length() - 7);

    assertThat(read(start + header + "\r\n\r\n", false).head()).as("16384 bytes").isTrue();
    assertThat(problem(start + "y" + header + "\r\n\r\n"))
        .isEqualTo("headers longer than 16384 bytes");
    assertThat(problem("x".repeat(20_000))).isEqualTo("no status line within 16384 bytes");
  }

  @Test
  void interimRepliesCountTowardsTheLimit() {
    assertThat(problem("HTTP/1.1 100 Continue\r\n\r\n".repeat(1000))).endsWith("16384 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "g\r\n", "-1\r\n", "0x5\r\n", "1234567890abcdef0\r\n", "5 5\r\n"})
  void aMalformedChunkSizeIsQuoted(String size) {
    assertThat(problem(chunked(size + "\r\n"))).startsWith("malformed chunk size \"");
  }

  @Test
  void aChunkHasToEndWhereItSays() {
    assertThat(problem(chunked("2\r\nhello\r\n")))
        .isEqualTo("malformed chunk: no line end after its data");
    assertThat(problem(chunked("1;" + "x".repeat(2000))))
        .isEqualTo("malformed chunk: line longer than 1024 bytes");
    assertThat(problem(chunked("0\r\n" + "X: y\r\n".repeat(4000))))
        .isEqualTo("trailers longer than 16384 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | closed before the status line",
        "HTTP/1.1 2 | closed before the status line",
        "HTTP/1.1 200 OK\\n | closed within the headers",
        "HTTP/1.1 200 OK\\nContent-Length: 3\\n\\nab | closed before the end of the body",
        "HTTP/1.1 200 OK\\nTransfer-Encoding: chunked\\n\\n3\\nabc | closed before the end of the"
            + " body",
        "HTTP/1.1 200 OK\\nTransfer-Encoding: chunked\\n\\n0\\n | closed before the end of the body",
      })
  void anEarlyEndIsSaid(String reply, String problem) {
    assertThat(read(reply.replace("\\n", "\n"), true).problem()).isEqualTo(problem);
  }

  // ---- any

  @Property(tries = 500)
  void theSplitMakesNoDifference(
      @ForAll("replies") String reply, @ForAll boolean ends, @ForAll long seed) {
    byte[] bytes = reply.getBytes(StandardCharsets.ISO_8859_1);

    assertThat(read(bytes, ends, new Random(seed))).isEqualTo(read(bytes, ends, null));
  }

  @Property(tries = 500)
  void arbitraryBytesAreTakenWithinTheLimits(@ForAll byte[] bytes, @ForAll("starts") String start) {
    HttpReplyReader reader = new HttpReplyReader(false, MAX_BODY);
    feed(reader, ByteBuffer.wrap(start.getBytes(StandardCharsets.ISO_8859_1)));
    for (int i = 0; i < 50; i++) {
      feed(reader, ByteBuffer.wrap(bytes));
    }
    reader.end();

    assertThat(reader.body().length()).isLessThanOrEqualTo(MAX_BODY);
    assertThat(reader.isComplete() || reader.problem().isPresent() || reader.body().isFull())
        .isTrue();
  }

  @Provide
  Arbitrary<String> starts() {
    return Arbitraries.of("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\n", chunked(""));
  }

  /** Mostly sensible ones. */
  @Provide
  Arbitrary<String> replies() {
    Arbitrary<String> pieces =
        Arbitraries.frequency(
                Tuple.of(6, "HTTP/1.1 200 OK\r\n"),
                Tuple.of(2, "HTTP/1.1 100 Continue\r\n\r\n"),
                Tuple.of(4, "Transfer-Encoding: chunked\r\n"),
                Tuple.of(3, "Content-Length: 12\r\n"),
                Tuple.of(8, "\r\n"),
                Tuple.of(4, "5\r\nhello\r\n"),
                Tuple.of(2, "28\r\n" + "z".repeat(40) + "\r\n"),
                Tuple.of(2, "0\r\n\r\n"),
                Tuple.of(1, "\0\u00fe\n"))
            .list()
            .ofMaxSize(8)
            .map(list -> String.join("", list));
    return pieces.map(tail -> "HTTP/1.1 200 OK\r\n" + tail);
  }
}
