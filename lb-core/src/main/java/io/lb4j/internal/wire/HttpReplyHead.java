package io.lb4j.internal.wire;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The head of an HTTP/1 reply, line by line: its status and how its body is delimited. */
final class HttpReplyHead {
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})( .*)?", Pattern.DOTALL);
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  /** No such header. */
  static final long UNKNOWN = -1;

  private int status;
  private long contentLength = UNKNOWN;
  private boolean coded;
  private boolean chunked;

  void statusLine(String line) throws MalformedException {
    Matcher matcher = STATUS_LINE.matcher(line);
    if (!matcher.matches()) {
      throw new MalformedException("malformed status line " + Quoted.of(line));
    }
    status = Integer.parseInt(matcher.group(1));
  }

  void header(String line) throws MalformedException {
    int colon = line.indexOf(':');
    if (colon <= 0 || !NAME.matcher(line.substring(0, colon)).matches()) {
      throw new MalformedException("malformed header " + Quoted.of(line));
    }
    String value = line.substring(colon + 1).strip();
    switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
      case "content-length" -> contentLength(value);
      case "transfer-encoding" -> {
        coded = true;
        chunked = value.toLowerCase(Locale.ROOT).matches("(.*[, \t])?chunked");
      }
      default -> {
        return; // of no concern
      }
    }
  }

  private void contentLength(String value) throws MalformedException {
    if (!LENGTH.matcher(value).matches()) {
      throw new MalformedException("malformed content-length " + Quoted.of(value));
    }
    long length = Long.parseLong(value);
    if (contentLength != UNKNOWN && contentLength != length) {
      throw new MalformedException("two content-lengths");
    }
    contentLength = length;
  }

  int status() {
    return status;
  }

  /** Whether a final reply follows; 101 is final, as nothing follows that is HTTP. */
  boolean isInterim() {
    return status < 200 && status != 101;
  }

  /** Whether the status allows no body. */
  boolean hasNoBody() {
    return status < 200 || status == 204 || status == 304;
  }

  boolean isChunked() {
    return chunked;
  }

  /** How long the body is; {@link #UNKNOWN} when it is chunked or goes on to the end. */
  long contentLength() {
    return coded ? UNKNOWN : contentLength;
  }
}
