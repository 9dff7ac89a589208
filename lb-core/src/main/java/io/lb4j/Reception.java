package io.lb4j;

import io.lb4j.internal.net.Intake;
import io.lb4j.internal.wire.Outcome;
import io.lb4j.internal.wire.ProxyHeaderReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first step of a flow whose first bytes matter: they are taken in and looked at. A header of a
 * trusted proxy comes first and is for us, the rest is for the member.
 */
final class Reception implements Intake.Reader {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  private final StreamDispatcher dispatcher;
  private final StreamFlow flow;
  private final InspectionPlan plan;
  private final FirstBytes first;
  private final InspectedKeys keys;
  private final Intake intake;
  private ProxyHeaderReader header; // null if none is awaited any more

  Reception(
      StreamDispatcher dispatcher, StreamFlow flow, InspectionPlan plan, CallbackGuard guard) {
    this.dispatcher = dispatcher;
    this.flow = flow;
    this.plan = plan;
    first = new FirstBytes(plan.policy().maxBytes(), guard);
    keys = new InspectedKeys(plan.sources());
    intake = new Intake(dispatcher.loop(), flow.clientSocket(), plan.maxBytes(), this);
  }

  /** Begins to read. */
  void begin() throws IOException {
    if (plan.awaitsHeader(flow.peer())) {
      TrustedProxies proxies = plan.proxies().orElseThrow();
      header = new ProxyHeaderReader(proxies.maxHeaderBytes());
      intake.start(proxies.timeoutNanos());
    } else {
      intake.start(plan.timeoutNanos());
    }
  }

  @Override
  public boolean look(ByteBuffer bytes, Intake.Rest rest) {
    if (header == null) {
      return inspect(bytes, rest);
    }
    Outcome outcome = header.read(bytes);
    if (outcome == Outcome.NEED_MORE && rest == Intake.Rest.OPEN) {
      return false;
    }
    if (outcome != Outcome.COMPLETE) {
      LOG.debug("{}: no PROXY header: {}", flow, header.problem().orElse("it is another protocol"));
      dispatcher.abort(flow, CloseReason.PROXY_HEADER);
      return false;
    }
    flow.proxied(header.header());
    intake.skip(header.length());
    bytes.position(bytes.position() + header.length());
    header = null;
    dispatcher.admitClient(flow);
    if (flow.hasEnded()) {
      return false; // it was not let in
    }
    if (!plan.inspects()) {
      return true;
    }
    intake.allow(plan.timeoutNanos());
    return (bytes.hasRemaining() || rest != Intake.Rest.OPEN) && inspect(bytes, rest);
  }

  private boolean inspect(ByteBuffer bytes, Intake.Rest rest) {
    if (rest == Intake.Rest.TIME_UP && !bytes.hasRemaining() && plan.policy().isRequired()) {
      dispatcher.abort(flow, CloseReason.CLIENT_SILENT);
      return false;
    }
    first.show(bytes);
    return keys.look(first);
  }

  @Override
  public void onTaken() {
    flow.inspected(keys);
    dispatcher.received(flow);
  }

  @Override
  public void onClientLost() {
    dispatcher.abort(flow, CloseReason.CLIENT_RESET);
  }

  @Override
  public void onIntakeFailure(Throwable failure) {
    dispatcher.abort(flow, CloseReason.INTERNAL_ERROR);
  }

  /** The bytes that were looked at, for the member. */
  Optional<ByteBuffer> takeBytes() {
    return intake.take();
  }

  /** The flow has ended. */
  void drop() {
    intake.drop();
  }
}
