package io.lb4j.internal.wire;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads one HTTP/1 reply (RFC 9112) from bytes as they come. Interim replies (1xx) are skipped.
 * Kept is the beginning of the body, chunks joined, up to a limit; all heads of the reply together
 * have {@value #MAX_HEAD_BYTES} bytes, and so have the trailers. Never throws: what is malformed or
 * too long is said in words.
 *
 * <p>How the bytes are split makes no difference: {@link #read} returns after each run of the body,
 * so that the caller sees the same sequence of states.
 */
public final class HttpReplyReader {
  /** How long the heads of a reply may be. */
  public static final int MAX_HEAD_BYTES = 16 * 1024;

  private static final int MAX_CHUNK_LINE_BYTES = 1024;
  private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})[ \t]*(;.*)?");

  private enum State {
    STATUS_LINE,
    HEADERS,
    BODY_TO_LENGTH,
    BODY_TO_END,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILERS,
    COMPLETE,
    FAILED
  }

  private final boolean withoutBody;
  private final LineReader lines = new LineReader(MAX_HEAD_BYTES);
  private final ReceivedText body;
  private HttpReplyHead head = new HttpReplyHead();
  private State state = State.STATUS_LINE;
  private long left; // of the body or the chunk
  private String problem = "";

  /**
   * Before the first byte.
   *
   * @param toHead whether the request was a HEAD, whose reply has no body
   * @param maxBodyBytes how much of the body is kept
   */
  public HttpReplyReader(boolean toHead, int maxBodyBytes) {
    withoutBody = toHead;
    body = new ReceivedText(maxBodyBytes);
  }

  /**
   * Takes bytes until the head is there, a run of the body was taken, the reply is complete, or
   * nothing is left. Takes nothing more once complete, failed, or the kept body is full.
   */
  public void read(ByteBuffer in) {
    try {
      boolean goOn = true;
      while (goOn && in.hasRemaining() && !isOver() && !body.isFull()) {
        goOn = step(in);
      }
    } catch (MalformedException malformed) {
      fail(malformed.getMessage());
    }
  }

  private boolean step(ByteBuffer in) throws MalformedException {
    return switch (state) {
      case BODY_TO_LENGTH, BODY_TO_END, CHUNK -> {
        takeBody(in);
        yield false;
      }
      default -> {
        Optional<String> line = lines.read(in);
        if (line.isPresent()) {
          yield takeLine(line.get());
        }
        if (lines.isSpent()) {
          throw tooLong();
        }
        yield true;
      }
    };
  }

  private MalformedException tooLong() {
    return new MalformedException(
        switch (state) {
          case STATUS_LINE -> "no status line within " + MAX_HEAD_BYTES + " bytes";
          case HEADERS -> "headers longer than " + MAX_HEAD_BYTES + " bytes";
          case TRAILERS -> "trailers longer than " + MAX_HEAD_BYTES + " bytes";
          default -> "malformed chunk: line longer than " + MAX_CHUNK_LINE_BYTES + " bytes";
        });
  }

  private boolean takeLine(String line) throws MalformedException {
    switch (state) {
      case STATUS_LINE -> {
        head.statusLine(line);
        state = State.HEADERS;
      }
      case HEADERS -> {
        if (!line.isEmpty()) {
          head.header(line);
        } else {
          endHead();
          return state == State.STATUS_LINE;
        }
      }
      case CHUNK_SIZE -> chunkSize(line);
      case CHUNK_END -> {
        if (!line.isEmpty()) {
          throw new MalformedException("malformed chunk: no line end after its data");
        }
        nextChunk();
      }
      default -> { // trailers
        if (line.isEmpty()) {
          state = State.COMPLETE;
        }
      }
    }
    return true;
  }

  private void endHead() {
    if (head.isInterim()) {
      head = new HttpReplyHead();
      state = State.STATUS_LINE;
    } else if (withoutBody || head.hasNoBody() || head.contentLength() == 0) {
      state = State.COMPLETE;
    } else if (head.isChunked()) {
      nextChunk();
    } else if (head.contentLength() == HttpReplyHead.UNKNOWN) {
      state = State.BODY_TO_END;
      left = Long.MAX_VALUE;
    } else {
      state = State.BODY_TO_LENGTH;
      left = head.contentLength();
    }
  }

  private void nextChunk() {
    state = State.CHUNK_SIZE;
    lines.allow(MAX_CHUNK_LINE_BYTES);
  }

  private void chunkSize(String line) throws MalformedException {
    var matcher = CHUNK_SIZE.matcher(line);
    if (!matcher.matches()) {
      throw new MalformedException("malformed chunk size " + Quoted.of(line));
    }
    left = Long.parseLong(matcher.group(1), 16);
    state = left == 0 ? State.TRAILERS : State.CHUNK;
    if (left == 0) {
      lines.allow(MAX_HEAD_BYTES);
    }
  }

  private void takeBody(ByteBuffer in) {
    int before = body.length();
    body.take(in, (int) Math.min(left, Integer.MAX_VALUE));
    left -= body.length() - before;
    if (left == 0 && state == State.CHUNK) {
      state = State.CHUNK_END;
      lines.allow(MAX_CHUNK_LINE_BYTES);
    } else if (left == 0) {
      state = State.COMPLETE;
    }
  }

  /** The peer has ended its stream. */
  public void end() {
    switch (state) {
      case STATUS_LINE -> fail("closed before the status line");
      case HEADERS -> fail("closed within the headers");
      case BODY_TO_END -> state = State.COMPLETE;
      case COMPLETE, FAILED -> {
        return;
      }
      default -> fail("closed before the end of the body");
    }
  }

  private void fail(String words) {
    state = State.FAILED;
    problem = words;
  }

  private boolean isOver() {
    return state == State.COMPLETE || state == State.FAILED;
  }

  /** Whether the head of the final reply is there. */
  public boolean hasHead() {
    return state.compareTo(State.HEADERS) > 0 && state != State.FAILED;
  }

  /** The status of the final reply, once {@link #hasHead}. */
  public int status() {
    return head.status();
  }

  /** The body so far. */
  public ReceivedText body() {
    return body;
  }

  /** Whether the reply was read to its end. */
  public boolean isComplete() {
    return state == State.COMPLETE;
  }

  /** What is wrong with the reply; empty when nothing is. */
  public Optional<String> problem() {
    return state == State.FAILED ? Optional.of(problem) : Optional.empty();
  }
}
