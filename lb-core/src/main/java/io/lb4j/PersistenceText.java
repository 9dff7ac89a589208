package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.stream.Stream;

/** The format of exported records; see {@link PersistenceTable#exportTo}. */
final class PersistenceText {
  static final String HEADING = "lb4j-persistence 1";
  private static final String IP = "ip:";
  private static final String TEXT = "text:";
  private static final String HEX = "hex:";
  private static final HexFormat DIGITS = HexFormat.of();

  private PersistenceText() {}

  static int write(Stream<PersistenceRecord> records, Appendable out) throws IOException {
    out.append(HEADING).append('\n');
    int count = 0;
    for (Iterator<PersistenceRecord> all = records.iterator(); all.hasNext(); count++) {
      out.append(line(all.next())).append('\n');
    }
    return count;
  }

  private static String line(PersistenceRecord entry) {
    Duration roundedUp = entry.left().plusNanos(999_999);
    String address = escaped(entry.member().address().toString());
    return written(entry.key()) + ' ' + roundedUp.toMillis() + ' ' + address;
  }

  private static String written(FlowKey key) {
    if (key instanceof AddressKey) {
      return IP + key;
    }
    byte[] octets = key.octets();
    for (byte octet : octets) {
      if (octet <= ' ' || octet > '~') {
        return HEX + DIGITS.formatHex(octets);
      }
    }
    return TEXT + new String(octets, StandardCharsets.US_ASCII);
  }

  /** Reads a key; wrong ones are refused. */
  static FlowKey key(String text) {
    if (text.startsWith(IP)) {
      return network(text.substring(IP.length()));
    }
    if (text.startsWith(TEXT)) {
      return FlowKey.of(text.substring(TEXT.length()));
    }
    if (text.startsWith(HEX)) {
      return FlowKey.ofOctets(DIGITS.parseHex(text.substring(HEX.length())));
    }
    throw Checks.bad("key", text, "ip:, text: or hex: and more");
  }

  private static FlowKey network(String text) {
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    InetAddress address =
        ServiceAddress.of(host, 0)
            .withoutResolving()
            .map(literal -> ((InetSocketAddress) literal).getAddress())
            .orElseThrow(() -> Checks.bad("key", text, "an IP address or network"));
    int bits = address.getAddress().length * 8;
    int prefix = slash < 0 ? bits : number("prefix", text.substring(slash + 1), bits);
    return AddressKey.of(address, prefix, prefix);
  }

  private static int number(String name, String text, int high) {
    return (int) number(name, text, (long) high);
  }

  /** A number without a sign. */
  static long number(String name, String text, long high) {
    boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || text.length() > 18) {
      throw Checks.bad(name, text, "0.." + high);
    }
    return Checks.range(name, Long.parseLong(text), 0, high);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (octet <= ' ' || octet > '~' || octet == '%') {
        escaped.append('%').append(DIGITS.toHexDigits(octet));
      } else {
        escaped.append((char) octet);
      }
    }
    return escaped.toString();
  }

  /** Reads an address; wrong ones are refused. */
  static ServiceAddress address(String text) {
    byte[] octets = new byte[text.length()];
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escape = c == '%' && i + 2 < text.length();
      if (c <= ' ' || c > '~' || (c == '%' && !escape)) {
        throw Checks.bad("address", text, "printable ASCII, other octets as %xx");
      }
      octets[count++] = escape ? (byte) HexFormat.fromHexDigits(text, i + 1, i + 3) : (byte) c;
      i += escape ? 2 : 0;
    }
    return ServiceAddress.parse(new String(octets, 0, count, StandardCharsets.UTF_8));
  }
}
