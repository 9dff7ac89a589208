package io.lb4j.internal.wire;

import io.lb4j.internal.util.Checks;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What DNS calls types and response codes, from the registries of IANA ("Domain Name System (DNS)
 * Parameters"). A type without a name is {@code TYPE} and its number (RFC 3597, section 5).
 */
public final class DnsNames {
  /** The highest type. */
  public static final int MAX_TYPE = 0xFFFF;

  /** The highest response code that fits in a header. */
  public static final int MAX_CODE = 15;

  private static final Map<Integer, String> TYPES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(1, "A"),
              Map.entry(2, "NS"),
              Map.entry(5, "CNAME"),
              Map.entry(6, "SOA"),
              Map.entry(12, "PTR"),
              Map.entry(15, "MX"),
              Map.entry(16, "TXT"),
              Map.entry(28, "AAAA"),
              Map.entry(33, "SRV")));
  private static final List<String> CODES =
      List.of(
          "NOERROR",
          "FORMERR",
          "SERVFAIL",
          "NXDOMAIN",
          "NOTIMP",
          "REFUSED",
          "YXDOMAIN",
          "YXRRSET",
          "NXRRSET",
          "NOTAUTH",
          "NOTZONE");
  private static final String NUMBERED_TYPE = "TYPE";
  private static final String NUMBERED_CODE = "RCODE";

  private DnsNames() {}

  /** The type of this name, in whatever case. */
  public static int type(String name) {
    String upper = Checks.present("type", name).toUpperCase(Locale.ROOT);
    for (Map.Entry<Integer, String> known : TYPES.entrySet()) {
      if (known.getValue().equals(upper)) {
        return known.getKey();
      }
    }
    int number = numberAfter(NUMBERED_TYPE, upper);
    if (number < 1 || number > MAX_TYPE) {
      String names = TYPES.values().stream().collect(Collectors.joining(", "));
      throw Checks.bad("type", name, names + ", or TYPE1..TYPE" + MAX_TYPE);
    }
    return number;
  }

  /** The response code of this name, in whatever case. */
  public static int code(String name) {
    int known = CODES.indexOf(Checks.present("code", name).toUpperCase(Locale.ROOT));
    if (known < 0) {
      throw Checks.bad("code", name, "one of " + String.join(", ", CODES));
    }
    return known;
  }

  private static int numberAfter(String prefix, String text) {
    boolean numbered = text.matches(prefix + "[0-9]{1,5}");
    return numbered ? Integer.parseInt(text.substring(prefix.length())) : -1;
  }

  /** What a type is called. */
  public static String ofType(int type) {
    return TYPES.getOrDefault(type, NUMBERED_TYPE + type);
  }

  /** What a response code is called. */
  public static String ofCode(int code) {
    return code < CODES.size() ? CODES.get(code) : NUMBERED_CODE + code;
  }
}
