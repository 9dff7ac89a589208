package io.lb4j.examples.admin;

import io.lb4j.CloseReason;
import io.lb4j.VirtualServer;
import java.util.Locale;

/** Why flows have ended, and how many for each reason, for people. */
final class ClosedTable {
  private ClosedTable() {}

  static String of(VirtualServer server) {
    TextTable table = new TextTable("flows", "count");
    table.row("opened", server.flows().opened());
    table.row("open", server.flows().size());
    for (CloseReason reason : CloseReason.values()) {
      long count = server.flows().closed(reason);
      if (count > 0) {
        table.row("closed: " + reason.name().toLowerCase(Locale.ROOT).replace('_', ' '), count);
      }
    }
    return table.toString();
  }
}
