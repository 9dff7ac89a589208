package io.lb4j.examples.admin;

import io.lb4j.AccessCounters;
import io.lb4j.VirtualServer;

/** What the access policy has done, for people. */
final class AccessTable {
  private AccessTable() {}

  static String of(VirtualServer server) {
    AccessCounters counters = server.accessCounters();
    TextTable table = new TextTable("access", server.access().toString());
    table.row("denied by lists", counters.denied());
    table.row("too many open flows", counters.clientLimit());
    table.row("too many new flows", counters.clientRate());
    table.row("not admitted", counters.notAdmitted());
    table.row("let in by a dry run", counters.spared());
    table.row("flows without limit", counters.notTracked());
    table.row("clients counted", counters.trackedClients());
    return table.toString();
  }
}
