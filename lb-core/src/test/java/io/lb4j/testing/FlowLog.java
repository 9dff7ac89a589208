package io.lb4j.testing;

import io.lb4j.CloseReason;
import io.lb4j.ConnectAttempt;
import io.lb4j.Flow;
import io.lb4j.FlowListener;
import java.util.ArrayList;
import java.util.List;

/** A listener that keeps what it heard, in order. */
public final class FlowLog implements FlowListener {
  /** Something heard of a flow, such as {@code onOpen}, on a thread. */
  public record Event(String name, Flow flow, String thread) {}

  private final List<Event> events = new ArrayList<>(); // guarded by this
  private final List<Flow> closed = new ArrayList<>(); // guarded by this

  @Override
  public void onOpen(Flow flow) {
    add("onOpen", flow);
  }

  @Override
  public void onSpared(Flow flow, CloseReason reason) {
    add("onSpared " + reason, flow);
  }

  @Override
  public void onConnectFailed(Flow flow, ConnectAttempt attempt) {
    add("onConnectFailed " + attempt.outcome(), flow);
  }

  @Override
  public void onConnected(Flow flow) {
    add("onConnected", flow);
  }

  @Override
  public void onClose(Flow flow, CloseReason reason) {
    add("onClose " + reason, flow);
    synchronized (this) {
      closed.add(flow);
    }
  }

  private synchronized void add(String name, Flow flow) {
    events.add(new Event(name, flow, Thread.currentThread().getName()));
  }

  /** Everything heard so far. */
  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** The names of what was heard of a flow. */
  public List<String> eventsOf(Flow flow) {
    return events().stream().filter(event -> event.flow() == flow).map(Event::name).toList();
  }

  /** The flows that have ended, in that order. */
  public synchronized List<Flow> closed() {
    return List.copyOf(closed);
  }

  /** Waits for the end of the first flow. */
  public Flow awaitClose() {
    return awaitCloses(1).get(0);
  }

  /** Waits until so many flows have ended. */
  public List<Flow> awaitCloses(int flows) {
    Await.until(
        () -> flows + " flows to end, " + count() + " have", Await.LIMIT, () -> count() >= flows);
    return closed();
  }

  private synchronized int count() {
    return closed.size();
  }
}
