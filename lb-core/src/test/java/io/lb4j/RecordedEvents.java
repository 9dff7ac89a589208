package io.lb4j;

import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A listener that keeps a pool's events as words such as {@code down 10.0.0.1:80}. */
final class RecordedEvents implements PoolListener {
  private final Queue<String> events = new ConcurrentLinkedQueue<>();

  @Override
  public void onEvent(PoolEvent event) {
    events.add(words(event));
  }

  static String words(PoolEvent event) {
    if (!(event instanceof PoolEvent.MemberEvent ofMember)) {
      return event.getClass().getSimpleName();
    }
    ServiceAddress address = ofMember.member().address();
    if (event instanceof PoolEvent.MemberAdminChanged changed) {
      return changed.state() + " " + address;
    }
    if (event instanceof PoolEvent.MemberReweighted reweighted) {
      return "weight " + reweighted.weight() + " " + address;
    }
    String kind = event.getClass().getSimpleName().replace("Member", "");
    return kind.toLowerCase(Locale.ROOT) + " " + address;
  }

  List<String> all() {
    return List.copyOf(events);
  }

  /** Those of single members. */
  List<String> ofMembers() {
    return events.stream().filter(event -> event.contains(" ")).toList();
  }

  /** Those that begin so. */
  List<String> all(String beginning) {
    return events.stream().filter(event -> event.startsWith(beginning)).toList();
  }
}
