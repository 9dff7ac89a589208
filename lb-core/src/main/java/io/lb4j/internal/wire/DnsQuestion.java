package io.lb4j.internal.wire;

import io.lb4j.internal.util.Checks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What is asked of a DNS server: a name, a type, the class IN. Immutable.
 *
 * <p>Labels have 1..63 characters, which are ASCII letters, digits, hyphens and underscores; a name
 * takes at most 255 octets as it is sent (RFC 1035, section 2.3.4).
 */
public final class DnsQuestion {
  static final int HEADER_OCTETS = 12;

  private static final int LONGEST_NAME_OCTETS = 255;
  private static final int CLASS_IN = 1;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*");

  private final String name;
  private final int type;
  private final byte[] octets; // as they stand in a message, after its header

  private DnsQuestion(String name, int type, byte[] octets) {
    this.name = name;
    this.type = type;
    this.octets = octets;
  }

  /**
   * Asks for a name.
   *
   * @param name perhaps with a dot at its end; a dot alone is the root
   * @param type 1..65535
   */
  public static DnsQuestion of(String name, int type) {
    Checks.range("type", type, 1, DnsNames.MAX_TYPE);
    String labels = Checks.present("name", name);
    if (labels.endsWith(".")) {
      labels = labels.substring(0, labels.length() - 1);
    }
    boolean good = name.equals(".") || NAME.matcher(labels).matches();
    int length = labels.isEmpty() ? 1 : labels.length() + 2;
    if (!good || length > LONGEST_NAME_OCTETS) {
      throw Checks.bad("name", Quoted.of(name), "a DNS name such as www.example.com, or a dot");
    }
    ByteBuffer out = ByteBuffer.allocate(length + 2 * Short.BYTES);
    if (!labels.isEmpty()) {
      for (String label : labels.split("\\.", -1)) {
        out.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
      }
    }
    out.put((byte) 0).putShort((short) type).putShort((short) CLASS_IN);
    return new DnsQuestion(name, type, out.array());
  }

  /** The same name with another type, 1..65535. */
  public DnsQuestion type(int type) {
    return of(name, type);
  }

  /** The whole message that asks it, with recursion desired (RFC 1035, section 4.1.1). */
  public byte[] query(int id) {
    return ByteBuffer.allocate(HEADER_OCTETS + octets.length)
        .putShort((short) id)
        .putShort((short) RECURSION_DESIRED)
        .putShort((short) 1) // one question, and nothing else
        .put(HEADER_OCTETS, octets)
        .array();
  }

  /** How many octets it has. */
  int length() {
    return octets.length;
  }

  /** Whether an octet of a message may stand at a place of this question. */
  boolean has(int at, byte octet) {
    boolean inName = at < octets.length - 2 * Short.BYTES;
    return octet == octets[at] || (inName && lower(octet) == lower(octets[at]));
  }

  /** Names are alike whatever the case of their letters (RFC 4343); lengths are no letters. */
  private static int lower(byte octet) {
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
  }

  @Override
  public String toString() {
    return name + " " + DnsNames.ofType(type);
  }
}
