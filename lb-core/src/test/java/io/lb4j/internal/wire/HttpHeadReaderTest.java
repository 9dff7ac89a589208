package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
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

/** What is found in the head of a request, whatever it is and however it is split. */
class HttpHeadReaderTest {
  private static final int LIMIT = 16 * 1024;

  private static HttpHeadReader read(String stream) {
    return read(HelloBytes.latin(stream));
  }

  private static HttpHeadReader read(byte[] stream) {
    return Pieces.read(() -> new HttpHeadReader(LIMIT), stream, HttpHeadReaderTest::seen);
  }

  private static List<?> seen(HttpHeadReader reader) {
    HttpRequestHead head = reader.head();
    return List.of(
        head.method(),
        head.target(),
        head.path(),
        head.parameter("a"),
        head.header("a"),
        head.cookie("a"));
  }

  private static HttpRequestHead head(String requestLine, String... fields) {
    HttpHeadReader reader = read(headText(requestLine, fields));
    assertThat(reader.problem()).isEmpty();
    return reader.head();
  }

  private static String headText(String requestLine, String... fields) {
    return requestLine + "\r\n" + String.join("", List.of(fields)) + "\r\n";
  }

  private static HttpRequestHead get(String target) {
    return head("GET " + target + " HTTP/1.1");
  }

  private static String problem(String stream) {
    HttpHeadReader reader = read(stream);
    assertThat(reader.outcome()).isEqualTo(Outcome.MALFORMED);
    return reader.problem().orElseThrow();
  }

  private static String problemOf(String... fields) {
    return problem(headText("GET / HTTP/1.1", fields));
  }

  // ---- good heads

  @Test
  void aHeadEndsWithTheEmptyLine() {
    String head = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n";
    HttpHeadReader reader = read(head + "body");

    assertThat(reader.length()).isEqualTo(head.length());
    assertThat(reader.head().method()).isEqualTo("POST");
    assertThat(reader.head().target()).isEqualTo("/a?b=c");
    assertThat(reader.head().header("host")).contains("x");
    assertThat(reader.head()).hasToString("POST \"/a?b=c\"");
  }

  @Test
  void aHeadMayHaveNoHeaders() {
    assertThat(head("GET / HTTP/1.0").header("host")).isEmpty();
  }

  @Test
  void aPartOfAHeadIsNotEnough() {
    String head = headText("GET / HTTP/1.1", "Cookie: a=1\r\n", "Host: x\r\n");

    assertThat(read("").outcome()).isEqualTo(Outcome.NEED_MORE);
    assertThat(read(head.substring(0, head.length() - 1)).outcome()).isEqualTo(Outcome.NEED_MORE);
    assertThatIllegalStateException().isThrownBy(read("GET /")::head);
  }

  @Test
  void headersAreFoundByNameInAnyCase() {
    HttpRequestHead head =
        head(
            "GET / HTTP/1.1",
            "X-User:  joe \t\r\n",
            "x-users: jim\r\n",
            "X-USER: jack\r\n",
            "B:\r\n");

    assertThat(head.header("x-user")).contains("joe");
    assertThat(head.header("X-Users")).contains("jim");
    assertThat(head.header("x-use")).isEmpty();
    assertThat(head.header("b")).isEmpty();
    assertThat(head.header("joe")).isEmpty();
  }

  @Test
  void valuesAreAsTheyWereSent() {
    assertThat(head("GET / HTTP/1.1", "A: \u00FC\tx: y\r\n").header("a")).contains("\u00FC\tx: y");
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a/b, /a/b",
    "/a?b=/c, /a",
    "/?a, /",
    "/%41//../b, /%41//../b",
    "http://host:80/a?b, /a",
    "http://host, /",
    "http://host?a=/b, /",
    "/http://host/, /http://host/"
  })
  void thePathIsWithoutQueryAndNotDecoded(String target, String path) {
    assertThat(get(target).path()).contains(path);
  }

  @Test
  void someTargetsHaveNoPath() {
    assertThat(head("CONNECT host:443 HTTP/1.1").path()).isEmpty();
    assertThat(head("OPTIONS * HTTP/1.1").path()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/?a=1, 1",
    "/?a=1&a=2, 1",
    "/?b=2&a=1, 1",
    "/?aa=2&a=1, 1",
    "/?a=x=y, x=y",
    "/?a=%41+b%2B, A b+",
    "/?%61=1, 1",
    "/?a=100%, 100%",
    "/?a=%4, %4",
    "/?a=%zz%41, %zzA",
    "/?&&a=1, 1",
    "/?b&a=/c?d, /c?d",
    "http://host?a=1, 1"
  })
  void aParameterIsDecodedAndTheFirstCounts(String target, String value) {
    assertThat(get(target).parameter("a")).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/?", "/?a", "/?a=", "/?a&a=1", "/?a=&a=1", "/?b=a", "/?A=1", "/a=1"})
  void aParameterThatIsEmptyOrNotThereIsNone(String target) {
    assertThat(get(target).parameter("a")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1 | 1",
        "b=2; a=1 | 1",
        "b=2;a=1 | 1",
        "aa=2; a=1; a=3 | 1",
        "a = 1 ;b=2 | 1",
        "a=x=y | x=y",
        "a=\"1 2\" | 1 2",
        "a=\" | \"",
        "a=1\" | 1\"",
        "junk; ;;a=1 | 1"
      })
  void aCookieIsFoundByNameAndTheFirstCounts(String header, String value) {
    assertThat(head("GET / HTTP/1.1", "Cookie: " + header + "\r\n").cookie("a")).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "a=", "a=\"\"", "a=; a=1", "A=1", "b=a", "b=\"; a\"", "=1", "b=; ba=1"})
  void aCookieThatIsEmptyOrNotThereIsNone(String header) {
    assertThat(head("GET / HTTP/1.1", "Cookie: " + header + "\r\n").cookie("a")).isEmpty();
  }

  @Test
  void cookiesMayBeInSeveralHeaders() {
    HttpRequestHead head =
        head("GET / HTTP/1.1", "Cookie: b=1\r\n", "A: 3\r\n", "cookie: a=2\r\n", "Cookie: a=3\r\n");

    assertThat(head.cookie("a")).contains("2");
  }

  // ---- something else

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /\r\n",
        "GET / HTTP/0.9\r\n",
        "GET / HTTP/2\r\n",
        "GET / http/1.1\r\n",
        "GET / HTTP/1.x",
        "GET  / HTTP/1.1\r\n",
        "GET /a b HTTP/1.1\r\n",
        "GET /\0 HTTP/1.1\r\n",
        "GET /\rHTTP/1.1\r\n",
        " GET / HTTP/1.1\r\n",
        "\r\nGET / HTTP/1.1\r\n",
        "G\0T / HTTP/1.1\r\n",
        "EHLO mail.example\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 200 OK\r\n",
        "\u0016\u0003\u0001",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void whatHasNoRequestLineIsSomethingElse(String stream) {
    assertThat(read(stream).outcome()).isEqualTo(Outcome.NOT_THIS);
  }

  // ---- bad heads

  @Test
  void linesEndWithCrLfAlone() {
    assertThat(problem("GET / HTTP/1.1\nHost: x\n\n")).contains("does not end with CRLF");
    assertThat(problem("GET / HTTP/1.1 \r\n")).contains("does not end with CRLF");
    assertThat(problem("GET / HTTP/1.1\rH")).isEqualTo("CR without LF");
    assertThat(problemOf("Host: x\n")).isEqualTo("LF without CR");
    assertThat(problemOf("Host: x\ry\r\n")).isEqualTo("CR without LF");
    assertThat(problem("GET / HTTP/1.1\r\n\rx")).isEqualTo("CR without LF");
    assertThat(problem("GET / HTTP/1.1\r\n\n")).isEqualTo("malformed header name");
  }

  @Test
  void linesAreNotFolded() {
    assertThat(problemOf("A: b\r\n", " c\r\n")).isEqualTo("folded line");
    assertThat(problemOf("\tA: b\r\n")).isEqualTo("folded line");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"A : b\r\n", ": b\r\n", "A\r\n", "A\0: b\r\n", "A(): b\r\n", "\u00FC: b\r\n"})
  void aHeaderHasAName(String field) {
    assertThat(problemOf(field)).isEqualTo("malformed header name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"A: \0\r\n", "A: \u001B\r\n", "A: \u007F\r\n"})
  void aValueHasNoControlCharacters(String field) {
    assertThat(problemOf(field)).isEqualTo("control character in a line");
  }

  @Test
  void whatLeavesTheEndOfTheRequestOpenIsMalformed() {
    String length = "Content-Length: 5\r\n";

    assertThat(problemOf(length, "content-length: 6\r\n")).isEqualTo("two content-lengths");
    assertThat(problemOf(length, length)).isEqualTo("two content-lengths");
    assertThat(problemOf(length, "Transfer-Encoding: chunked\r\n"))
        .isEqualTo("both content-length and transfer-encoding");
    assertThat(problemOf("Content-Length: 5, 5\r\n")).isEqualTo("malformed content-length");
    assertThat(problemOf("Content-Length: +5\r\n")).isEqualTo("malformed content-length");
    assertThat(problemOf("Content-Length:\r\n")).isEqualTo("malformed content-length");
    assertThat(head("GET / HTTP/1.1", "Transfer-Encoding: chunked\r\n").method()).isEqualTo("GET");
  }

  @Test
  void whatLeavesTheHostOpenIsMalformed() {
    assertThat(problemOf("Host: a\r\n", "host: a\r\n")).isEqualTo("two hosts");
  }

  @Test
  void aHeadBeyondTheLimitIsMalformed() {
    assertThat(problemOf("A: " + "x".repeat(64 * 1024) + "\r\n"))
        .isEqualTo("longer than 16384 bytes");
    assertThat(problem("GET /" + "x".repeat(64 * 1024))).isEqualTo("longer than 16384 bytes");
  }

  @Test
  void aHeadJustAtTheLimitIsTaken() {
    String head = headText("GET / HTTP/1.1", "Host: x\r\n");

    assertThat(outcome(head, head.length())).isEqualTo(Outcome.COMPLETE);
    assertThat(outcome(head, head.length() - 1)).isEqualTo(Outcome.MALFORMED);
  }

  private static Outcome outcome(String head, int limit) {
    return Pieces.read(
            () -> new HttpHeadReader(limit), HelloBytes.latin(head), r -> r.head().target())
        .outcome();
  }

  // ---- anything

  @Property(tries = 300)
  void anyBytesGiveTheSameInAnyPieces(@ForAll @Size(max = 100) byte[] bytes) {
    read(bytes);
    read(HelloBytes.join(HelloBytes.latin("GET / HTTP/1.1\r\na: "), bytes));
  }

  @Property(tries = 500)
  void nearlyAHeadGivesTheSameInAnyPieces(@ForAll("nearlyHeads") String stream) {
    read(stream);
  }

  @Provide
  Arbitrary<String> nearlyHeads() {
    return Arbitraries.of(
            "\r\n",
            "\r",
            "\n",
            " ",
            ":",
            ";",
            "=",
            "&",
            "?",
            "%4",
            "\"",
            "a",
            "a: b\r\n",
            "cookie: a=1",
            "GET ",
            "/",
            " HTTP/1.1\r\n",
            "host: x\r\n",
            "content-length: 1\r\n",
            "\r\n\r\n")
        .list()
        .ofMaxSize(20)
        .map(parts -> "GET /?a=1 HTTP/1.1\r\n" + String.join("", parts));
  }
}
