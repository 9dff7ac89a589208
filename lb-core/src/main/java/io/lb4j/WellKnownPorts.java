package io.lb4j;

import java.util.Map;

/**
 * Names of services by their registered ports (IANA service name registry), for the flow table's
 * protocol column.
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

  private static final Map<Integer, String> UDP_SERVICES =
      Map.ofEntries(
          Map.entry(7, "echo"),
          Map.entry(53, "dns"),
          Map.entry(67, "dhcp"),
          Map.entry(69, "tftp"),
          Map.entry(123, "ntp"),
          Map.entry(161, "snmp"),
          Map.entry(162, "snmptrap"),
          Map.entry(443, "https"),
          Map.entry(500, "isakmp"),
          Map.entry(514, "syslog"),
          Map.entry(853, "dns-quic"),
          Map.entry(1194, "openvpn"),
          Map.entry(1812, "radius"),
          Map.entry(1813, "radius-acct"),
          Map.entry(3478, "stun"),
          Map.entry(4500, "ipsec-nat-t"),
          Map.entry(5060, "sip"),
          Map.entry(5683, "coap"),
          Map.entry(11211, "memcached"));

  private WellKnownPorts() {}

  /** The service of a TCP port; {@code tcp} for any other. */
  static String serviceOf(int port) {
    return SERVICES.getOrDefault(port, "tcp");
  }

  /** The service of a UDP port; {@code udp} for any other. */
  static String udpServiceOf(int port) {
    return UDP_SERVICES.getOrDefault(port, "udp");
  }
}
