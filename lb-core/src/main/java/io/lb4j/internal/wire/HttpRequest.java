package io.lb4j.internal.wire;

import io.lb4j.internal.util.Checks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An HTTP/1.1 request without a body, after which the connection is closed (RFC 9112). Immutable;
 * nothing in it can break out of its place.
 */
public final class HttpRequest {
  private static final int MAX_HEADERS = 100;
  private static final int MAX_LENGTH = 8 * 1024;
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");
  private static final Pattern TARGET = Pattern.compile("/[!-~]*");
  private static final Pattern VALUE = Pattern.compile("[!-~]([ -~\t]*[!-~])?");
  private static final Pattern HOST = Pattern.compile("[!-.0-~]+"); // no slash
  private static final Set<String> DELIMITING =
      Set.of("host", "connection", "content-length", "transfer-encoding");
  private static final Set<String> WITH_CONTENT = Set.of("POST", "PUT", "PATCH");

  private final String method;
  private final String path;
  private final Optional<String> host;
  private final List<Header> headers;

  private record Header(String name, String value) {
    boolean isCalled(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  private HttpRequest(String method, String path, Optional<String> host, List<Header> headers) {
    this.method = method;
    this.path = path;
    this.host = host;
    this.headers = headers;
  }

  /** A GET of a path with a slash first. */
  public static HttpRequest get(String path) {
    check("path", path, TARGET, "a path such as /health, in printable ASCII without blanks");
    return new HttpRequest("GET", path, Optional.empty(), List.of());
  }

  /** The same with another method. */
  public HttpRequest method(String method) {
    check("method", method, TOKEN, "a method such as GET");
    if (method.equals("CONNECT")) {
      throw Checks.bad("method", method, "a method that asks for a path");
    }
    return new HttpRequest(method, path, host, headers);
  }

  /** The same for another host. */
  public HttpRequest host(String host) {
    check("host", host, HOST, "a host, perhaps with a port");
    return new HttpRequest(method, path, Optional.of(host), headers);
  }

  /** The same with one more header. */
  public HttpRequest header(String name, String value) {
    check("name", name, TOKEN, "a header's name");
    check("value", value, VALUE, "printable ASCII");
    if (DELIMITING.contains(name.toLowerCase(Locale.ROOT))) {
      throw Checks.bad("name", name, "a header that is not lb4j's own; for the host use host()");
    }
    if (headers.size() == MAX_HEADERS) {
      throw Checks.bad("name", name, "at most " + MAX_HEADERS + " headers");
    }
    List<Header> more = new ArrayList<>(headers);
    more.add(new Header(name, value));
    return new HttpRequest(method, path, host, List.copyOf(more));
  }

  private static void check(String name, String value, Pattern allowed, String expected) {
    Checks.present(name, value);
    if (value.length() > MAX_LENGTH || !allowed.matcher(value).matches()) {
      throw Checks.bad(name, Quoted.of(value), expected);
    }
  }

  /** Whether the reply has no body. */
  public boolean isHead() {
    return method.equals("HEAD");
  }

  /**
   * The request as it is sent.
   *
   * @param usualHost what the host is unless one was given
   */
  public byte[] bytes(String usualHost) {
    StringBuilder text = new StringBuilder(method).append(' ').append(path).append(" HTTP/1.1\r\n");
    append(text, "Host", host.orElse(usualHost));
    appendUnlessGiven(text, "User-Agent", "lb4j");
    appendUnlessGiven(text, "Accept", "*/*");
    headers.forEach(header -> append(text, header.name(), header.value()));
    if (WITH_CONTENT.contains(method)) {
      append(text, "Content-Length", "0");
    }
    append(text, "Connection", "close");
    return text.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void appendUnlessGiven(StringBuilder text, String name, String value) {
    if (headers.stream().noneMatch(header -> header.isCalled(name))) {
      append(text, name, value);
    }
  }

  private static void append(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(value).append("\r\n");
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
