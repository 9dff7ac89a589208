package io.lb4j;

import io.lb4j.internal.probe.Dialogue;
import io.lb4j.internal.probe.Expectation;
import io.lb4j.internal.probe.HttpDialogue;
import io.lb4j.internal.probe.HttpExchange;
import io.lb4j.internal.probe.HttpExchange.StatusRange;
import io.lb4j.internal.util.Checks;
import io.lb4j.internal.wire.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What {@link HealthMonitor#http(HttpCheck)} asks of a member and what is a good reply. Immutable:
 * each setting returns a changed copy.
 *
 * <p>The request is HTTP/1.1 with {@code Connection: close} and {@code User-Agent: lb4j}, without a
 * body. Interim replies (1xx) are skipped, redirects are not followed. A status that is not
 * expected fails at once. Without {@link #body} a member is fit when its reply has come whole, or
 * as much of its body as {@link #maxBytes} says; with it, as soon as there is a match. Heads longer
 * than 16384 bytes, and whatever is not HTTP/1, fail.
 */
public final class HttpCheck {
  private static final List<StatusRange> USUAL = List.of(new StatusRange(200, 399));
  private static final int MAX_RANGES = 100;

  private final HttpRequest request;
  private final List<StatusRange> expected; // empty: the usual
  private final List<StatusRange> draining;
  private final Optional<Expectation> body;
  private final int maxBytes;
  private final OptionalInt port;
  private final Optional<ProbeTls> tls;

  private HttpCheck(
      HttpRequest request,
      List<StatusRange> expected,
      List<StatusRange> draining,
      Optional<Expectation> body,
      int maxBytes,
      OptionalInt port,
      Optional<ProbeTls> tls) {
    this.request = request;
    this.expected = expected;
    this.draining = draining;
    this.body = body;
    this.maxBytes = maxBytes;
    this.port = port;
    this.tls = tls;
  }

  /**
   * GETs this.
   *
   * @param path with a slash first, and perhaps a query; printable ASCII without blanks, the rest
   *     percent-encoded
   */
  public static HttpCheck get(String path) {
    return new HttpCheck(
        HttpRequest.get(path),
        List.of(),
        List.of(),
        Optional.empty(),
        Texts.DEFAULT_MAX_BYTES,
        OptionalInt.empty(),
        Optional.empty());
  }

  private HttpCheck with(HttpRequest request) {
    return new HttpCheck(request, expected, draining, body, maxBytes, port, tls);
  }

  /** The same with another method, such as HEAD or OPTIONS, as it is written; default GET. */
  public HttpCheck method(String method) {
    return with(request.method(method));
  }

  /**
   * The same with another host header. Default: the member's host, and the port if it is not the
   * usual one; {@code localhost} for a member on a UNIX-domain socket.
   */
  public HttpCheck host(String host) {
    return with(request.host(host));
  }

  /**
   * The same with one more header, at most 100. A {@code User-Agent} or {@code Accept} stands
   * instead of lb4j's own; those that delimit the message (Host, Connection, Content-Length,
   * Transfer-Encoding) cannot be given.
   */
  public HttpCheck header(String name, String value) {
    return with(request.header(name, value));
  }

  /** The same, expecting this status, 100..599; see {@link #expectStatus(int, int)}. */
  public HttpCheck expectStatus(int status) {
    return expectStatus(status, status);
  }

  /**
   * The same, expecting a status from one to another, 100..599, both included. The first range
   * given stands instead of the default 200..399, further ones are added.
   */
  public HttpCheck expectStatus(int low, int high) {
    Checks.range("low", low, 100, 599);
    Checks.range("high", high, low, 599);
    return new HttpCheck(request, plus(expected, low, high), draining, body, maxBytes, port, tls);
  }

  /**
   * The same with a status that means that the member wants no new flows, 100..599: it drains,
   * whatever is expected. May be given several times.
   */
  public HttpCheck drainOnStatus(int status) {
    Checks.range("status", status, 100, 599);
    return new HttpCheck(
        request, expected, plus(draining, status, status), body, maxBytes, port, tls);
  }

  private static List<StatusRange> plus(List<StatusRange> ranges, int low, int high) {
    if (ranges.size() == MAX_RANGES) {
      throw Checks.bad("status", low, "at most " + MAX_RANGES + " ranges");
    }
    List<StatusRange> more = new ArrayList<>(ranges);
    more.add(new StatusRange(low, high));
    return List.copyOf(more);
  }

  /**
   * The same, expecting a text (as UTF-8) anywhere in the first {@link #maxBytes} bytes of the
   * body. Bodies are not decompressed, nor is it said that they may be compressed.
   */
  public HttpCheck body(String text) {
    return body(Texts.text("body", text));
  }

  /**
   * The same, expecting a match of a regular expression in the body, by the rules of {@link
   * ScriptCheck#expectMatch}.
   */
  public HttpCheck bodyMatch(String regex) {
    return body(Texts.pattern("bodyMatch", regex));
  }

  private HttpCheck body(Expectation expectation) {
    Optional<Expectation> present = Optional.of(expectation);
    return new HttpCheck(request, expected, draining, present, maxBytes, port, tls);
  }

  /** The same with another number of bytes of the body that are read, 1..65536; default 16384. */
  public HttpCheck maxBytes(int maxBytes) {
    Texts.checkMaxBytes(maxBytes);
    return new HttpCheck(request, expected, draining, body, maxBytes, port, tls);
  }

  /**
   * The same on another port than the member's, 1..65535. A member on a UNIX-domain socket has no
   * ports and is asked on its socket.
   */
  public HttpCheck port(int port) {
    Checks.range("port", port, 1, 65_535);
    return new HttpCheck(request, expected, draining, body, maxBytes, OptionalInt.of(port), tls);
  }

  /** The same over TLS (HTTPS). */
  public HttpCheck tls(ProbeTls tls) {
    Optional<ProbeTls> present = Optional.of(Checks.present("tls", tls));
    return new HttpCheck(request, expected, draining, body, maxBytes, port, present);
  }

  /** What a monitor does with it. */
  Check check() {
    if (body.isPresent() && request.isHead()) {
      throw Checks.bad("method", "HEAD", "another one with body(): a reply to HEAD has none");
    }
    return DialogueCheck.connecting(toString(), port, tls, this::dialoguesWith);
  }

  private Supplier<Dialogue> dialoguesWith(PoolMember member) {
    HttpExchange exchange =
        new HttpExchange(
            request.bytes(hostOf(member.address())),
            request.isHead(),
            expected.isEmpty() ? USUAL : expected,
            draining,
            body,
            maxBytes);
    return () -> new HttpDialogue(exchange);
  }

  private String hostOf(ServiceAddress address) {
    if (address.path().isPresent()) {
      return "localhost";
    }
    String host = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
    int asked = port.orElse(address.port());
    return asked == (tls.isPresent() ? 443 : 80) ? host : host + ":" + asked;
  }

  @Override
  public String toString() {
    return (tls.isPresent() ? "https " : "http ") + request;
  }
}
