package io.lb4j.internal.wire;

import java.util.Optional;

/**
 * The head of an HTTP/1 request. Immutable. Texts are as they were received, one character for each
 * octet, and an empty one counts as none.
 *
 * <p>A head that leaves open where the request ends or whom it is for is malformed: two {@code
 * Content-Length} (equal ones too), one that is no number, one beside {@code Transfer-Encoding}, or
 * two {@code Host}.
 */
public final class HttpRequestHead {
  private final String method;
  private final String target;
  private final HttpFields fields;

  /** From a whole head whose syntax is good. */
  HttpRequestHead(String text) throws MalformedException {
    int first = text.indexOf(' ');
    int second = text.indexOf(' ', first + 1);
    method = text.substring(0, first);
    target = text.substring(first + 1, second);
    fields = new HttpFields(text, text.indexOf('\n') + 1);
    check();
  }

  private void check() throws MalformedException {
    int lengths = fields.count("content-length");
    if (lengths > 1) {
      throw new MalformedException("two content-lengths");
    }
    if (lengths == 1 && fields.count("transfer-encoding") > 0) {
      throw new MalformedException("both content-length and transfer-encoding");
    }
    if (lengths == 1 && !isNumber(fields.first("content-length").orElse(""))) {
      throw new MalformedException("malformed content-length");
    }
    if (fields.count("host") > 1) {
      throw new MalformedException("two hosts");
    }
  }

  private static boolean isNumber(String value) {
    return !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** The method, such as {@code GET}. */
  public String method() {
    return method;
  }

  /** The target, with its query. */
  public String target() {
    return target;
  }

  /**
   * The path, without the query, nothing decoded; none for {@code *} and for {@code CONNECT}. Of a
   * target with scheme and host it is what follows them, at least a slash.
   */
  public Optional<String> path() {
    int start = pathStart();
    if (start < 0) {
      return Optional.empty();
    }
    int query = target.indexOf('?', start);
    String path = query < 0 ? target.substring(start) : target.substring(start, query);
    return Optional.of(path.isEmpty() ? "/" : path);
  }

  private int pathStart() {
    if (target.startsWith("/")) {
      return 0;
    }
    int host = target.indexOf("://") + 3;
    if (host < 3 || method.equals("CONNECT")) {
      return -1;
    }
    int at = host;
    while (at < target.length() && target.charAt(at) != '/' && target.charAt(at) != '?') {
      at++;
    }
    return at;
  }

  /** The first parameter of that name in the query, both decoded as forms are. */
  public Optional<String> parameter(String name) {
    int query = target.indexOf('?');
    return query < 0 ? Optional.empty() : QueryString.first(target, query + 1, name);
  }

  /** The first header of that name, whatever its case, without blanks around it. */
  public Optional<String> header(String name) {
    return fields.first(name).filter(value -> !value.isEmpty());
  }

  /** The first cookie of that name (RFC 6265); quotes around it do not belong to it. */
  public Optional<String> cookie(String name) {
    for (int at = fields.next("cookie", 0); at >= 0; at = fields.next("cookie", at)) {
      Optional<String> found = Cookies.find(fields.value(at), name);
      if (found.isPresent()) {
        return found.filter(value -> !value.isEmpty());
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return method + " " + Quoted.of(target);
  }
}
