package io.lb4j.examples.admin;

import io.lb4j.DatagramCounters;
import io.lb4j.DatagramDrop;
import io.lb4j.VirtualServer;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What became of the datagrams of UDP, for people. */
final class DatagramTable {
  private DatagramTable() {}

  static String of(VirtualServer server) {
    DatagramCounters counters = server.datagrams();
    TextTable table = new TextTable("datagrams", "count");
    table.row("from clients", counters.fromClients());
    table.row("from members", counters.fromMembers());
    addDropped(table, "from clients", counters.droppedFromClients());
    addDropped(table, "from members", counters.droppedFromMembers());
    return table.toString();
  }

  private static void addDropped(TextTable table, String from, Map<DatagramDrop, Long> dropped) {
    new TreeMap<>(dropped)
        .forEach(
            (why, count) ->
                table.row(
                    from + ", dropped: " + why.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    count));
  }
}
