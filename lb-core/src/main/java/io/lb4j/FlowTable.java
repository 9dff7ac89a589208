package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The open flows of a virtual server. A flow is in it from the moment its client is accepted until
 * both its sockets are closed. Any thread may look at any time: iterating goes over the flows that
 * were open when it began.
 *
 * <p>A flow that is refused because the virtual server has its maximum is counted as opened and
 * closed, but never in the table. {@link #opened()} less {@link #closed()} is {@link #size()}
 * whenever nothing is changing.
 */
public final class FlowTable implements Iterable<Flow> {
  private final List<FlowShard> shards;

  FlowTable(List<FlowShard> shards) {
    this.shards = List.copyOf(shards);
  }

  /** How many flows are open now. O(flows). */
  public int size() {
    return shards.stream().mapToInt(FlowShard::count).sum();
  }

  /** The open flows by id, as of now. */
  @Override
  public Iterator<Flow> iterator() {
    return List.<Flow>copyOf(snapshot()).iterator();
  }

  /** The open flows by id, as of now. */
  public Stream<Flow> stream() {
    return snapshot().stream().map(Flow.class::cast);
  }

  /** The open flow of an id. O(flows). */
  public Optional<Flow> find(long id) {
    return stream().filter(flow -> flow.id() == id).findFirst();
  }

  /**
   * Ends a flow with a reset to both sides.
   *
   * @return whether there was an open flow of this id; it may take a moment to end
   */
  public boolean close(long id) {
    Optional<Flow> found = find(id);
    found.ifPresent(Flow::close);
    return found.isPresent();
  }

  /**
   * Ends every flow of a member with a reset to both sides.
   *
   * @return how many there were; they may take a moment to end
   */
  public int closeAll(PoolMember member) {
    Checks.present("member", member);
    List<Flow> found =
        stream().filter(flow -> flow.member().filter(member::equals).isPresent()).toList();
    found.forEach(Flow::close);
    return found.size();
  }

  /** Flows ever accepted. */
  public long opened() {
    return shards.stream().mapToLong(FlowShard::opened).sum();
  }

  /** Flows ever ended. Counted before {@link FlowListener#onClose} is called. */
  public long closed() {
    return Stream.of(CloseReason.values()).mapToLong(this::closed).sum();
  }

  /** Flows that ever ended for a reason. */
  public long closed(CloseReason reason) {
    Checks.present("reason", reason);
    return shards.stream().mapToLong(shard -> shard.closed(reason)).sum();
  }

  private List<ActiveFlow> snapshot() {
    List<ActiveFlow> flows = new ArrayList<>();
    shards.forEach(shard -> shard.forEach(flows::add));
    flows.sort(Comparator.comparingLong(ActiveFlow::id));
    return flows;
  }

  /** The table as text: a line of headings, then a line for each open flow. */
  @Override
  public String toString() {
    return FlowFormat.table(this);
  }
}
