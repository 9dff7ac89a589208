package io.lb4j.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.probe.HttpExchange.StatusRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What a reply means, without a socket. */
class HttpDialogueTest {
  private static final int MAX_BYTES = 32;

  private static HttpExchange exchange(String body) {
    return new HttpExchange(
        "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
        false,
        List.of(new StatusRange(200, 299), new StatusRange(401, 401)),
        List.of(new StatusRange(299, 299)),
        body.isEmpty()
            ? Optional.empty()
            : Optional.of(new BytesExpectation(body, '"' + body + '"')),
        MAX_BYTES);
  }

  private static Optional<ProbeReport> told(HttpExchange exchange, String reply, int piece) {
    HttpDialogue dialogue = new HttpDialogue(exchange);
    Optional<ProbeReport> report = dialogue.onOpen(bytes -> {});
    byte[] bytes = reply.getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < bytes.length && report.isEmpty(); at += piece) {
      report = dialogue.onBytes(ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at)));
    }
    return report;
  }

  private static Optional<ProbeReport> told(HttpExchange exchange, String reply) {
    Optional<ProbeReport> whole = told(exchange, reply, Integer.MAX_VALUE / 2);
    assertThat(told(exchange, reply, 1)).as("a byte at a time").isEqualTo(whole);
    return whole;
  }

  private static String head(int status, String rest) {
    return "HTTP/1.1 " + status + " x\r\n" + rest + "\r\n";
  }

  @Test
  void aWrongStatusFailsAtOnceAndSaysWhatWasExpected() {
    assertThat(told(exchange(""), head(503, "Content-Length: 9\r\n")))
        .contains(ProbeReport.failed("status 503 (expected: 200..299, 401)"));
  }

  @Test
  void aGoodStatusPassesWhenTheReplyHasCome() {
    String head = head(401, "Content-Length: 2\r\n");
    assertThat(told(exchange(""), head + "o")).isEmpty();
    assertThat(told(exchange(""), head + "ok")).contains(ProbeReport.PASSED);
  }

  @Test
  void ofALongReplyTheBudgetIsEnough() {
    String endless = head(200, "") + "x".repeat(MAX_BYTES);
    assertThat(told(exchange(""), endless)).contains(ProbeReport.PASSED);
    assertThat(told(exchange("y"), endless + "y"))
        .contains(ProbeReport.failed("no match for \"y\" within 32 bytes of body"));
  }

  @Test
  void aBodyMatchesAcrossChunks() {
    String chunked = head(200, "Transfer-Encoding: chunked\r\n") + "2\r\nhe\r\n4\r\nllo!\r\n";
    assertThat(told(exchange("hello"), chunked)).contains(ProbeReport.PASSED);
    assertThat(told(exchange("hallo"), chunked)).isEmpty();
    assertThat(told(exchange("hallo"), chunked + "0\r\n\r\n"))
        .contains(ProbeReport.failed("no match for \"hallo\" in the body"));
  }

  @Test
  void aStatusDrainsWhateverIsExpected() {
    assertThat(told(exchange("hello"), head(299, "")))
        .contains(ProbeReport.draining("draining: status 299"));
  }

  @Test
  void anEndAndATimeoutAreSaid() {
    HttpDialogue before = new HttpDialogue(exchange(""));
    assertThat(before.onTimeout())
        .isEqualTo(ProbeReport.failed("timed out waiting for the head of the reply"));
    assertThat(before.onEnd()).isEqualTo(ProbeReport.failed("closed before the status line"));

    HttpDialogue within = new HttpDialogue(exchange("hello"));
    within.onBytes(ByteBuffer.wrap((head(200, "") + "hell").getBytes(StandardCharsets.US_ASCII)));
    assertThat(within.onTimeout()).isEqualTo(ProbeReport.failed("timed out waiting for \"hello\""));
    assertThat(within.onEnd()).isEqualTo(ProbeReport.failed("no match for \"hello\" in the body"));
  }

  @Property(tries = 500)
  void theSplitMakesNoDifference(@ForAll("chunks") List<String> chunks, @ForAll long seed) {
    StringBuilder reply = new StringBuilder(head(200, "Transfer-Encoding: chunked\r\n"));
    chunks.forEach(
        chunk ->
            reply
                .append(chunk.isEmpty() ? "oops" : Integer.toHexString(chunk.length()))
                .append("\r\n" + chunk + "\r\n"));
    int piece = 1 + new Random(seed).nextInt(7);

    assertThat(told(exchange("abc"), reply.toString(), piece))
        .isEqualTo(told(exchange("abc"), reply.toString(), 1_000_000));
  }

  @Provide
  Arbitrary<List<String>> chunks() {
    return Arbitraries.strings().withChars('a', 'b', 'c').ofMaxLength(9).list().ofMaxSize(6);
  }
}
