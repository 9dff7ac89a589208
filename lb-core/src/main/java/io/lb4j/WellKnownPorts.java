package io.lb4j;

import java.util.Map;

/**
 * Names of services by their registered TCP ports (IANA service name registry), for the flow
 * table's protocol column.
 */
final class WellKnownPorts {
  private static final Map<Integer, String> SERVICES =
      Map.ofEntries(
          Map.entry(7, "echo"),
          Map.entry(21, "ftp"),
          Map.entry(22, "ssh"),
          Map.entry(23, "telnet"),
          Map.entry(25, "smtp"),
          Map.entry(53, "dns"),
          Map.entry(80, "http"),
          Map.entry(110, "pop3"),
          Map.entry(143, "imap"),
          Map.entry(389, "ldap"),
          Map.entry(443, "https"),
          Map.entry(465, "smtps"),
          Map.entry(587, "submission"),
          Map.entry(636, "ldaps"),
          Map.entry(853, "dns-tls"),
          Map.entry(993, "imaps"),
          Map.entry(995, "pop3s"),
          Map.entry(1433, "ms-sql"),
          Map.entry(1521, "oracle"),
          Map.entry(1883, "mqtt"),
          Map.entry(3306, "mysql"),
          Map.entry(3389, "rdp"),
          Map.entry(5432, "postgresql"),
          Map.entry(5671, "amqps"),
          Map.entry(5672, "amqp"),
          Map.entry(6379, "redis"),
          Map.entry(8080, "http"),
          Map.entry(8443, "https"),
          Map.entry(8883, "mqtts"),
          Map.entry(9092, "kafka"),
          Map.entry(11211, "memcached"),
          Map.entry(27017, "mongodb"));

  private WellKnownPorts() {}

  /** The service of a port; {@code tcp} for any other. */
  static String serviceOf(int port) {
    return SERVICES.getOrDefault(port, "tcp");
  }
}
