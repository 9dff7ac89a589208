package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.Intake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The first step of a flow whose first bytes matter: they are taken in and looked at. */
final class Reception implements Intake.Reader {
  private final Dispatcher dispatcher;
  private final ActiveFlow flow;
  private final InspectionPlan plan;
  private final CallbackGuard guard;
  private final InspectedKeys keys;
  private final Intake intake;

  Reception(Dispatcher dispatcher, ActiveFlow flow, InspectionPlan plan, CallbackGuard guard) {
    this.dispatcher = dispatcher;
    this.flow = flow;
    this.plan = plan;
    this.guard = guard;
    EventLoop loop = dispatcher.loop();
    keys = new InspectedKeys(plan.sources());
    intake = new Intake(loop, flow.clientSocket(), plan.policy().maxBytes(), this);
  }

  void begin() throws IOException {
    intake.start(plan.timeoutNanos());
  }

  @Override
  public boolean look(ByteBuffer bytes, Intake.Rest rest) {
    if (rest == Intake.Rest.TIME_UP && !bytes.hasRemaining() && plan.policy().isRequired()) {
      dispatcher.abort(flow, CloseReason.CLIENT_SILENT);
      return false;
    }
    return keys.look(bytes, guard);
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
