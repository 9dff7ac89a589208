package io.lb4j.internal.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Version 1 of the PROXY protocol: {@code PROXY TCP4 192.0.2.1 192.0.2.2 56324 443}, one blank
 * between the words, ended by CRLF. Addresses are of the family that the line names, numbers
 * decimal without sign and leading zeros; what follows {@code UNKNOWN} is ignored.
 */
final class ProxyLine {
  /** What every line begins with. */
  static final String BEGINNING = "PROXY ";

  /** How long a line may be, its end included. */
  static final int LONGEST = 107;

  private static final Pattern PORT = Pattern.compile("0|[1-9][0-9]{0,4}");
  private static final int HIGHEST_PORT = 0xFFFF;

  private ProxyLine() {}

  /** Reads a line without its end. */
  static ProxyHeader read(String line) throws MalformedException {
    String[] words = line.substring(BEGINNING.length()).split(" ", -1);
    boolean ipv6 = words[0].equals("TCP6");
    if (words[0].equals("UNKNOWN")) {
      return ProxyHeader.UNKNOWN;
    }
    if (!ipv6 && !words[0].equals("TCP4")) {
      throw new MalformedException("unknown protocol " + Quoted.of(words[0]));
    }
    if (words.length != 5) {
      throw new MalformedException("not two addresses and two ports: " + Quoted.of(line));
    }
    SocketAddress source = new InetSocketAddress(address(words[1], ipv6), port(words[3]));
    SocketAddress destination = new InetSocketAddress(address(words[2], ipv6), port(words[4]));
    return new ProxyHeader(false, Optional.of(source), Optional.of(destination), List.of());
  }

  private static InetAddress address(String word, boolean ipv6) throws MalformedException {
    return (ipv6 ? IpLiteral.ipv6(word) : IpLiteral.ipv4(word))
        .orElseThrow(
            () ->
                new MalformedException("no IPv" + (ipv6 ? 6 : 4) + " address " + Quoted.of(word)));
  }

  private static int port(String word) throws MalformedException {
    if (!PORT.matcher(word).matches() || Integer.parseInt(word) > HIGHEST_PORT) {
      throw new MalformedException("no port " + Quoted.of(word));
    }
    return Integer.parseInt(word);
  }

  /** The line for two addresses, {@code UNKNOWN} if they are not both IP addresses. */
  static String write(SocketAddress source, SocketAddress destination) {
    Optional<IpPair> pair = IpPair.of(source, destination);
    return BEGINNING + pair.map(ProxyLine::words).orElse("UNKNOWN") + "\r\n";
  }

  private static String words(IpPair pair) {
    return (pair.ipv6() ? "TCP6 " : "TCP4 ")
        + String.join(" ", pair.sourceText(), pair.destinationText())
        + (" " + pair.sourcePort() + " " + pair.destinationPort());
  }
}
