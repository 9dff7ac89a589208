package io.lb4j;

import io.lb4j.internal.util.Addresses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** How flows are written for people: one as a log line, many as the flow table. */
final class FlowFormat {
  private static final List<String> HEADINGS =
      List.of(
          "Flow id",
          "Client",
          "Virtual server",
          "Virtual client",
          "Member",
          "Protocol",
          "Phase",
          "Age",
          "Idle",
          "From client",
          "From member",
          "Persistence");

  private FlowFormat() {}

  static String line(Flow flow) {
    Duration idle = flow.idle(); // first, so that it is never more than the age
    Duration age = flow.age();
    StringBuilder line = new StringBuilder("flow ").append(flow.id());
    line.append(' ').append(flow.virtualServer()).append('/').append(flow.protocol());
    line.append(' ').append(Addresses.text(flow.client()));
    line.append(" <=> ").append(Addresses.text(flow.virtualServerAddress()));
    flow.virtualClient().ifPresent(local -> line.append(" | ").append(Addresses.text(local)));
    flow.member()
        .ifPresent(
            member ->
                line.append(flow.virtualClient().isPresent() ? " <=> " : " | -> ").append(member));
    line.append(' ').append(flow.phase());
    flow.closeReason().ifPresent(reason -> line.append(' ').append(reason));
    line.append(" age ").append(Durations.brief(age));
    line.append(" idle ").append(Durations.brief(idle));
    line.append(" from client ").append(flow.bytesFromClient()).append(" B");
    line.append(" from member ").append(flow.bytesFromMember()).append(" B");
    flow.persistenceKey().ifPresent(key -> line.append(" key ").append(key));
    if (flow.attempts().size() > 1 || flow.closeReason().isPresent()) {
      line.append(" attempts ").append(flow.attempts());
    }
    return line.toString();
  }

  static String table(Iterable<Flow> flows) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    List<Supplier<List<String>>> later = new ArrayList<>();
    for (Flow flow : flows) { // all times first: writing the rest down takes some
      Duration idle = flow.idle();
      Duration age = flow.age();
      later.add(() -> cells(flow, age, idle));
    }
    later.forEach(cells -> rows.add(cells.get()));
    return align(rows);
  }

  /** Rows of as many cells each, the first one the headings. */
  static String align(List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int width = width(rows, column);
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(width - cell.length() + 2));
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }

  private static List<String> cells(Flow flow, Duration age, Duration idle) {
    return List.of(
        Long.toString(flow.id()),
        Addresses.text(flow.client()),
        Addresses.text(flow.virtualServerAddress()),
        flow.virtualClient().map(Addresses::text).orElse("-"),
        flow.member().map(PoolMember::toString).orElse("-"),
        flow.protocol(),
        flow.phase().toString(),
        Durations.brief(age),
        Durations.brief(idle),
        Long.toString(flow.bytesFromClient()),
        Long.toString(flow.bytesFromMember()),
        flow.persistenceKey().orElse("-"));
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }
}
