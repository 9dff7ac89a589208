package io.lb4j.internal.probe;

import io.lb4j.internal.probe.HttpExchange.StatusRange;
import io.lb4j.internal.wire.HttpReplyReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * One {@link HttpExchange}. A status that is not wanted decides at once; so does a match in the
 * body. Without anything to match the reply is read to its end or to its budget, so that a server
 * whose small reply is complete is not cut off.
 */
public final class HttpDialogue implements Dialogue {
  private final HttpExchange exchange;
  private final HttpReplyReader reply;
  private final Optional<Expectation.Search> search;
  private boolean statusIsGood;

  /** Before the request. */
  public HttpDialogue(HttpExchange exchange) {
    this.exchange = exchange;
    reply = new HttpReplyReader(exchange.toHead(), exchange.maxBytes());
    search = exchange.body().map(body -> body.search(exchange.maxBytes()));
  }

  @Override
  public Optional<ProbeReport> onOpen(Consumer<byte[]> out) {
    out.accept(exchange.request());
    return Optional.empty();
  }

  @Override
  public Optional<ProbeReport> onBytes(ByteBuffer bytes) {
    Optional<ProbeReport> report = Optional.empty();
    while (report.isEmpty() && bytes.hasRemaining()) {
      reply.read(bytes);
      report = judge();
    }
    return report;
  }

  @Override
  public ProbeReport onEnd() {
    reply.end();
    return judge().orElseThrow(); // an ended reply is complete or failed
  }

  private Optional<ProbeReport> judge() {
    if (reply.problem().isPresent()) {
      return reply.problem().map(ProbeReport::failed);
    }
    if (!reply.hasHead()) {
      return Optional.empty();
    }
    if (!statusIsGood) {
      if (has(exchange.draining())) {
        return Optional.of(ProbeReport.draining("draining: status " + reply.status()));
      }
      if (!has(exchange.expected())) {
        return Optional.of(ProbeReport.failed(wrongStatus()));
      }
      statusIsGood = true;
    }
    return search.isPresent() ? judgeBody(search.get()) : passedOnceRead();
  }

  private boolean has(List<StatusRange> ranges) {
    return ranges.stream().anyMatch(range -> range.has(reply.status()));
  }

  private String wrongStatus() {
    String ranges =
        exchange.expected().stream().map(StatusRange::toString).collect(Collectors.joining(", "));
    return "status " + reply.status() + " (expected: " + ranges + ")";
  }

  private Optional<ProbeReport> passedOnceRead() {
    boolean read = reply.isComplete() || reply.body().isFull();
    return read ? Optional.of(ProbeReport.PASSED) : Optional.empty();
  }

  private Optional<ProbeReport> judgeBody(Expectation.Search search) {
    try {
      if (search.endIn(reply.body()) != Expectation.NOT_YET) {
        return Optional.of(ProbeReport.PASSED);
      }
    } catch (GaveUpException tooCostly) {
      return Optional.of(ProbeReport.failed(tooCostly.getMessage()));
    }
    String words = "no match for " + exchange.body().orElseThrow();
    if (reply.body().isFull()) {
      return failed(words + " within " + exchange.maxBytes() + " bytes of body");
    }
    return reply.isComplete() ? failed(words + " in the body") : Optional.empty();
  }

  private static Optional<ProbeReport> failed(String words) {
    return Optional.of(ProbeReport.failed(words));
  }

  @Override
  public ProbeReport onTimeout() {
    if (!reply.hasHead()) {
      return ProbeReport.failed("timed out waiting for the head of the reply");
    }
    return ProbeReport.failed(
        "timed out waiting for " + exchange.body().map(Object::toString).orElse("the whole body"));
  }
}
