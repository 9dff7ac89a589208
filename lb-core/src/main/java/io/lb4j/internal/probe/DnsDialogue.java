package io.lb4j.internal.probe;

import io.lb4j.internal.wire.DnsFrameReader;
import io.lb4j.internal.wire.DnsNames;
import io.lb4j.internal.wire.DnsReply;
import io.lb4j.internal.wire.Outcome;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One {@link DnsExchange}. Among datagrams, those that are no reply to the question are passed
 * over: they may be late, or from someone who only guesses. In a stream nobody else has a word.
 */
public final class DnsDialogue implements Dialogue {
  private final DnsExchange exchange;
  private final int id;
  private final DnsFrameReader frame = new DnsFrameReader();
  private String passedOver = "";

  /**
   * Before the query.
   *
   * @param id that cannot be guessed, 0..65535
   */
  public DnsDialogue(DnsExchange exchange, int id) {
    this.exchange = exchange;
    this.id = id;
  }

  @Override
  public Optional<ProbeReport> onOpen(Consumer<byte[]> out) {
    byte[] query = exchange.question().query(id);
    out.accept(exchange.inStream() ? DnsFrameReader.framed(query) : query);
    return Optional.empty();
  }

  @Override
  public Optional<ProbeReport> onBytes(ByteBuffer bytes) {
    if (!exchange.inStream()) {
      return judge(bytes);
    }
    frame.read(bytes);
    return frame.isComplete() ? judge(frame.message()) : Optional.empty();
  }

  private Optional<ProbeReport> judge(ByteBuffer message) {
    DnsReply reply = DnsReply.read(exchange.question(), id, message);
    if (reply.outcome() == Outcome.COMPLETE) {
      return Optional.of(judge(reply));
    }
    if (reply.outcome() == Outcome.NOT_THIS && !exchange.inStream()) {
      passedOver = "; passed over " + reply.words();
      return Optional.empty();
    }
    return Optional.of(ProbeReport.failed("got " + reply.words()));
  }

  private ProbeReport judge(DnsReply reply) {
    if (!exchange.codes().get(reply.code())) {
      String code = DnsNames.ofCode(reply.code());
      return ProbeReport.failed(code + " (expected: " + exchange.expected() + ")");
    }
    if (reply.answers() < exchange.minAnswers() && !reply.truncated()) {
      return ProbeReport.failed(
          reply.answers() + " answers (expected: " + exchange.minAnswers() + " or more)");
    }
    return ProbeReport.PASSED;
  }

  @Override
  public ProbeReport onEnd() {
    return ProbeReport.failed("closed before the reply to " + exchange.question());
  }

  @Override
  public ProbeReport onTimeout() {
    return ProbeReport.failed(
        "timed out waiting for the reply to " + exchange.question() + passedOver);
  }
}
