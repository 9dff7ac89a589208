package io.lb4j.internal.wire;

import java.nio.ByteBuffer;

/**
 * Reads the head of an HTTP/1 request, to the empty line that ends it. What is something else and
 * what is malformed, {@link HeadSyntax}, {@link RequestLineSyntax} and {@link HttpRequestHead} say;
 * a head that is longer than the limit is malformed too.
 */
public final class HttpHeadReader extends PrefixReader {
  private final HeadSyntax syntax = new HeadSyntax(new RequestLineSyntax());
  private int at; // how far the stream was read
  private HttpRequestHead head;

  /**
   * Before the first byte.
   *
   * @param limit how many bytes the head may have, the empty line included
   */
  public HttpHeadReader(int limit) {
    super(limit);
  }

  /** What the client asked, once complete. */
  public HttpRequestHead head() {
    needs(Outcome.COMPLETE);
    return head;
  }

  @Override
  void look(ByteBuffer seen, int end) {
    int start = seen.position();
    while (at < end && outcome() == Outcome.NEED_MORE) {
      if (syntax.isInText()) {
        at = HeadSyntax.endOfText(seen, start + at, start + end) - start;
        if (at == end) {
          return;
        }
      }
      switch (syntax.take(octet(seen, at++))) {
        case NOT_THIS -> notThis();
        case MALFORMED -> malformed(syntax.problem());
        case COMPLETE -> finish(seen);
        default -> {
          continue;
        }
      }
    }
  }

  private void finish(ByteBuffer seen) {
    try {
      head = new HttpRequestHead(new Octets(seen.slice(seen.position(), at)).text());
      complete(at);
    } catch (MalformedException malformed) {
      malformed(malformed.getMessage());
    }
  }
}
