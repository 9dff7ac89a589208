package io.lb4j.examples.admin;

import io.lb4j.Pool;
import io.lb4j.PoolMember;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The members of a pool as a table. */
final class MemberTable {
  private MemberTable() {}

  static String of(Pool pool) {
    TextTable table =
        new TextTable(
            "member",
            "weight",
            "effective",
            "admin",
            "health",
            "since",
            "active",
            "total",
            "failures",
            "last probe");
    for (PoolMember member : pool.members()) {
      table.row(
          member.address(),
          member.weight(),
          hundredths(member.effectiveWeight()),
          lower(member.adminState()),
          lower(member.health()),
          member.healthAge().map(MemberTable::ago).orElse("-"),
          member.activeFlows(),
          member.flowsTotal(),
          member.connectFailures(),
          member.lastProbe().map(MemberTable::words).orElse("-"));
    }
    return table.toString();
  }

  /** {@code connect refused (tcp, 0 ms, 3 s ago)}. */
  private static String words(PoolMember.LastProbe probe) {
    String found = probe.result().passed() ? "passed" : probe.result().detail();
    return String.format(
        Locale.ROOT,
        "%s (%s, %d ms, %s)",
        found,
        probe.monitor(),
        probe.duration().toMillis(),
        ago(Duration.between(probe.at(), Instant.now())));
  }

  /** {@code 3 s ago}, {@code 90 min ago}; in the largest unit of which there are two or more. */
  static String ago(Duration age) {
    if (age.toDays() >= 2) {
      return age.toDays() + " d ago";
    }
    if (age.toHours() >= 2) {
      return age.toHours() + " h ago";
    }
    if (age.toMinutes() >= 2) {
      return age.toMinutes() + " min ago";
    }
    return Math.max(0, age.toSeconds()) + " s ago";
  }

  /** {@code 75} as {@code 0.75}, {@code 300} as {@code 3}. */
  private static String hundredths(int value) {
    return BigDecimal.valueOf(value, 2).stripTrailingZeros().toPlainString();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
