package io.lb4j.examples.cli;

import io.lb4j.ServiceAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;

/** Addresses and bytes as the deck's Python prints them. */
final class DeckText {
  private static final int MAX_SHOWN = 200;

  private DeckText() {}

  /** {@code ('127.0.0.1', 5555)}. */
  static String address(ServiceAddress address) {
    return address.path().isPresent()
        ? "('" + address + "')"
        : "('" + address.host() + "', " + address.port() + ")";
  }

  /** As the other; a UNIX-domain client has no name. */
  static String address(SocketAddress address) {
    return address instanceof UnixDomainSocketAddress unix && unix.getPath().toString().isEmpty()
        ? "('unix')"
        : address(Addresses.of(address));
  }

  /** {@code ['GET / HTTP/1.0\r\n\r\n']}; long data is cut and its length told. */
  static String data(ByteBuffer bytes) {
    StringBuilder text = new StringBuilder("['");
    int shown = Math.min(bytes.remaining(), MAX_SHOWN);
    for (int i = 0; i < shown; i++) {
      text.append(character(bytes.get(bytes.position() + i)));
    }
    text.append("']");
    if (shown < bytes.remaining()) {
      text.append(" and ").append(bytes.remaining() - shown).append(" bytes more");
    }
    return text.toString();
  }

  private static String character(byte value) {
    return switch (value) {
      case '\r' -> "\\r";
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      case '\'' -> "\\'";
      case '\\' -> "\\\\";
      default ->
          value >= ' ' && value < 127
              ? String.valueOf((char) value)
              : String.format("\\x%02x", value & 0xff);
    };
  }
}
