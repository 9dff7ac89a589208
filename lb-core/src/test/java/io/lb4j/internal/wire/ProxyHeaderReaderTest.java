package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from a PROXY header, whatever it is and however it is split. */
class ProxyHeaderReaderTest {
  private static final ProxyHeader UNKNOWN =
      new ProxyHeader(false, Optional.empty(), Optional.empty(), List.of());
  private static final byte[] TCP4_ADDRESSES = {10, 0, 0, 1, 10, 0, 0, 2, 0x12, 0x34, 0, 80};

  private static ProxyHeaderReader read(byte[] stream) {
    return Pieces.read(
        () -> new ProxyHeaderReader(ProxyHeaderReader.DEFAULT_MAX_BLOCK_BYTES),
        stream,
        ProxyHeaderReader::header);
  }

  private static ProxyHeader header(byte[] stream) {
    ProxyHeaderReader reader = read(stream);
    assertThat(reader.problem()).isEmpty();
    assertThat(reader.length()).isEqualTo(stream.length);
    return reader.header();
  }

  private static ProxyHeader header(String line) {
    return header(HelloBytes.latin(line));
  }

  private static String problem(byte[] stream) {
    ProxyHeaderReader reader = read(stream);
    assertThat(reader.outcome()).isEqualTo(Outcome.MALFORMED);
    return reader.problem().orElseThrow();
  }

  private static String problem(String line) {
    return problem(HelloBytes.latin(line));
  }

  private static SocketAddress at(String address, int port) {
    return new InetSocketAddress(address, port);
  }

  private static ProxyHeader between(SocketAddress source, SocketAddress destination) {
    return new ProxyHeader(false, Optional.of(source), Optional.of(destination), List.of());
  }

  private static byte[] block(int command, int kind, byte[]... parts) {
    return HelloBytes.join(
        HelloBytes.latin("\r\n\r\n\0\r\nQUIT\n"),
        new byte[] {(byte) command, (byte) kind},
        HelloBytes.counted16(HelloBytes.join(parts)));
  }

  private static byte[] tlv(int type, byte... value) {
    return HelloBytes.join(new byte[] {(byte) type}, HelloBytes.counted16(value));
  }

  private static byte[] path(String path) {
    return Arrays.copyOf(HelloBytes.latin(path), 108);
  }

  // ---- version 1

  @Test
  void aLineNamesBothEnds() {
    assertThat(header("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"))
        .isEqualTo(between(at("192.168.0.1", 56324), at("192.168.0.11", 443)));
    assertThat(header("PROXY TCP6 2001:db8::1 ::1 0 65535\r\n"))
        .isEqualTo(between(at("2001:db8::1", 0), at("::1", 65535)));
    assertThat(header("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n").local())
        .isFalse();
  }

  @Test
  void aLineEndsAtItsEnd() {
    String line = "PROXY TCP4 1.2.3.4 5.6.7.8 9 10\r\n";

    assertThat(read(HelloBytes.latin(line + "\nPROXY\r\n\r\n")).length()).isEqualTo(line.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN 1.1.1.999 x\0\u00FF y \r\n",
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
            + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"
      })
  void anUnknownLineTellsNothing(String line) {
    assertThat(header(line)).isEqualTo(UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.999",
        "1.1.1.256",
        "1.1.1",
        "1.1.1.1.1",
        "1.1.1.",
        ".1.1.1.1",
        "01.1.1.1",
        "1.1.1.00",
        "+1.1.1.1",
        "-1.1.1.1",
        "1.1.1.1/8",
        "0x1.1.1.1",
        "::1",
        "::ffff:1.1.1.1",
        "localhost",
        "",
        "1",
        "1.1.1.1:80",
        "\u0661.1.1.1"
      })
  void aWrongIpv4AddressIsRefused(String address) {
    String ascii = address.replace('\u0661', '\u00B9');

    assertThat(problem("PROXY TCP4 " + ascii + " 1.1.1.1 1 2\r\n")).startsWith("no IPv4 address");
    assertThat(problem("PROXY TCP4 1.1.1.1 " + ascii + " 1 2\r\n")).startsWith("no IPv4 address");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1", ":", ":::", "::1::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
            ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:", "12345::", "g::", "::1%eth0", "[::1]", "::1.1.1", "::1.1.1.256",
            "::01.1.1.1",
        "1:2:3:4:5:6:7:1.1.1.1", "1:2:3:4::5:6:7:8", "localhost", "", "::+1", "::-1"
      })
  void aWrongIpv6AddressIsRefused(String address) {
    assertThat(problem("PROXY TCP6 " + address + " ::1 1 2\r\n")).startsWith("no IPv6 address");
  }

  @ParameterizedTest
  @CsvSource({
    "::, 0:0:0:0:0:0:0:0",
    "1::, 1:0:0:0:0:0:0:0",
    "::ABCD, 0:0:0:0:0:0:0:abcd",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "0001:2:3:4:5:6:7:0008, 1:2:3:4:5:6:7:8",
    "64:ff9b::192.0.2.33, 64:ff9b:0:0:0:0:c000:221"
  })
  void anIpv6AddressHasManyForms(String address, String same) {
    assertThat(source("PROXY TCP6 " + address + " ::1 1 2\r\n"))
        .isInstanceOf(Inet6Address.class)
        .extracting(InetAddress::getHostAddress)
        .isEqualTo(same);
  }

  private static InetAddress source(String line) {
    return ((InetSocketAddress) header(line).source().orElseThrow()).getAddress();
  }

  @Test
  void anIpv4AddressMappedToIpv6IsIpv4() {
    for (String address :
        List.of("::ffff:10.1.2.3", "::ffff:a01:203", "0:0:0:0:0:FFFF:0a01:0203")) {
      assertThat(source("PROXY TCP6 " + address + " ::1 1 2\r\n"))
          .isInstanceOf(Inet4Address.class)
          .extracting(InetAddress::getHostAddress)
          .isEqualTo("10.1.2.3");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"65536", "99999", "100000", "-1", "+1", "01", "00", "", "1a", "0x1", "1.0"})
  void aWrongPortIsRefused(String port) {
    assertThat(problem("PROXY TCP4 1.1.1.1 1.1.1.1 " + port + " 2\r\n")).startsWith("no port");
    assertThat(problem("PROXY TCP4 1.1.1.1 1.1.1.1 1 " + port + "\r\n")).startsWith("no port");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY \r\n",
        "PROXY TCP4\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 2 3\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 2 \r\n",
        "PROXY  TCP4 1.1.1.1 1.1.1.1 1 2\r\n",
        "PROXY TCP4  1.1.1.1 1.1.1.1 1 2\r\n",
        "PROXY TCP4\t1.1.1.1 1.1.1.1 1 2\r\n",
        "PROXY tcp4 1.1.1.1 1.1.1.1 1 2\r\n",
        "PROXY UDP4 1.1.1.1 1.1.1.1 1 2\r\n",
        "PROXY UNKNOWNX\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 2\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 2\r ",
        "PROXY UNKNOWN\n",
        "PROXY UNKNOWN \r \r\n",
        "PROXY \n"
      })
  void aLineOfAnotherFormIsRefused(String line) {
    assertThat(problem(line)).isNotEmpty();
  }

  @Test
  void aLineHasAtMost107Bytes() {
    String line = "PROXY UNKNOWN ";

    assertThat(header(line + "x".repeat(107 - line.length() - 2) + "\r\n")).isEqualTo(UNKNOWN);
    assertThat(problem(line + "x".repeat(107 - line.length() - 1) + "\r\n"))
        .isEqualTo("line longer than 107 bytes");
    assertThat(problem(line + "x".repeat(107 - line.length())))
        .isEqualTo("line longer than 107 bytes");
  }

  // ---- version 2

  @Test
  void aBlockNamesBothEnds() {
    assertThat(header(block(0x21, 0x11, TCP4_ADDRESSES)))
        .isEqualTo(between(at("10.0.0.1", 0x1234), at("10.0.0.2", 80)));
    assertThat(header(block(0x21, 0x12, TCP4_ADDRESSES)).source()).isPresent();

    byte[] ipv6 =
        HexFormat.of().parseHex("20010db8000000000000000000000001".repeat(2) + "ffff0001");
    assertThat(header(block(0x21, 0x21, ipv6)))
        .isEqualTo(between(at("2001:db8::1", 65535), at("2001:db8::1", 1)));
  }

  @Test
  void aBlockEndsWhereItsLengthSays() {
    byte[] header = block(0x21, 0x11, TCP4_ADDRESSES);
    ProxyHeaderReader reader = read(HelloBytes.join(header, new byte[] {4, 0, 0, 4, 0, 9}));

    assertThat(reader.length()).isEqualTo(header.length);
    assertThat(reader.header().tlvs()).isEmpty();
  }

  @Test
  void aBlockMayNameUnixDomainSockets() {
    assertThat(header(block(0x21, 0x31, path("/run/a"), path("/run/b"))))
        .isEqualTo(
            between(UnixDomainSocketAddress.of("/run/a"), UnixDomainSocketAddress.of("/run/b")));
    assertThat(header(block(0x21, 0x31, path(""), path("\0abstract")))).isEqualTo(UNKNOWN);
    assertThat(
            header(block(0x21, 0x31, path("\u00FF\u00FE"), path("/" + "x".repeat(107)))).source())
        .isEmpty();
  }

  @Test
  void aLocalBlockTellsNothingWhateverIsInIt() {
    ProxyHeader local = new ProxyHeader(true, Optional.empty(), Optional.empty(), List.of());

    assertThat(header(block(0x20, 0))).isEqualTo(local);
    assertThat(header(block(0x20, 0x11, TCP4_ADDRESSES))).isEqualTo(local);
    assertThat(header(block(0x20, 0xFF, new byte[] {1, 2, 3}))).isEqualTo(local);
  }

  @Test
  void anUnspecifiedBlockNamesNoAddress() {
    assertThat(header(block(0x21, 0))).isEqualTo(UNKNOWN);
    assertThat(header(block(0x21, 0, new byte[] {1, 2}))).isEqualTo(UNKNOWN);
    assertThat(header(block(0x21, 0, TCP4_ADDRESSES))).isEqualTo(UNKNOWN);
    assertThat(header(block(0x21, 0x10, TCP4_ADDRESSES))).isEqualTo(UNKNOWN);
    assertThat(header(block(0x21, 0x20, new byte[5]))).isEqualTo(UNKNOWN);
    assertThat(header(block(0x21, 0x01, tlv(5, (byte) 9))).tlv(ProxyTlv.UNIQUE_ID))
        .hasValueSatisfying(id -> assertThat(id).containsExactly(9));
  }

  @Test
  void valuesAreToldInTheirOrderAndSeveralOfOneTypeToo() {
    byte[] values =
        HelloBytes.join(
            tlv(0xE0, (byte) 1), tlv(4, new byte[9]), tlv(0xE0, (byte) 2), tlv(1), tlv(4));
    ProxyHeader header = header(block(0x21, 0x11, TCP4_ADDRESSES, values));

    assertThat(header.tlvs())
        .containsExactly(
            new ProxyTlv(0xE0, new byte[] {1}),
            new ProxyTlv(0xE0, new byte[] {2}),
            new ProxyTlv(1, new byte[0]));
    assertThat(header.tlv(0xE0)).hasValueSatisfying(v -> assertThat(v).containsExactly(1));
    assertThat(header.tlv(4)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0x22, 0x11",
    "0x11, 0x11",
    "0x31, 0x11",
    "0x2F, 0x11",
    "0x21, 0x41",
    "0x21, 0x13",
    "0x21, 0xFF"
  })
  void whatTheProtocolDoesNotKnowIsRefused(String command, String kind) {
    assertThat(problem(block(Integer.decode(command), Integer.decode(kind), TCP4_ADDRESSES)))
        .startsWith("unknown");
  }

  @Test
  void aBlockTooShortForItsAddressesIsRefused() {
    assertThat(problem(block(0x21, 0x11, new byte[11]))).contains("beyond the end");
    assertThat(problem(block(0x21, 0x21, new byte[35]))).contains("beyond the end");
    assertThat(problem(block(0x21, 0x31, new byte[215]))).contains("beyond the end");
  }

  @Test
  void valuesHaveToAddUp() {
    for (byte[] bad : new byte[][] {{1}, {1, 0}, {1, 0, 1}, {1, (byte) 0xFF, (byte) 0xFF, 0}}) {
      assertThat(problem(block(0x21, 0x11, TCP4_ADDRESSES, bad))).contains("beyond the end");
    }
  }

  @Test
  void aBlockBeyondTheLimitIsRefusedByItsLength() {
    byte[] most = tlv(4, new byte[4096 - 12 - 3]);
    byte[] more = tlv(4, new byte[4096 - 12 - 2]);

    assertThat(header(block(0x21, 0x11, TCP4_ADDRESSES, most)).source()).isPresent();
    assertThat(problem(Arrays.copyOf(block(0x21, 0x11, TCP4_ADDRESSES, more), 16)))
        .isEqualTo("header of 4097 bytes after its first 16, longer than 4096");
  }

  @Test
  void theChecksumIsChecked() {
    byte[] good = ProxyHeaderWriter.version2(at("10.0.0.1", 1), at("10.0.0.2", 2), List.of(), true);
    assertThat(header(good).tlvs()).isEmpty();

    for (int at = 16; at < good.length; at++) {
      byte[] wrong = good.clone();
      wrong[at] ^= 1;
      assertThat(read(wrong).outcome()).as("byte %d", at).isNotEqualTo(Outcome.NOT_THIS);
      if (at < 28 || at > 30) {
        assertThat(problem(wrong)).isEqualTo("wrong checksum");
      }
    }
  }

  @Test
  void thereIsOneChecksumOfFourOctets() {
    byte[] good = ProxyHeaderWriter.version2(at("10.0.0.1", 1), at("10.0.0.2", 2), List.of(), true);
    byte[] value = Arrays.copyOfRange(good, 28, good.length);

    assertThat(problem(block(0x21, 0x11, TCP4_ADDRESSES, tlv(3, new byte[3]))))
        .isEqualTo("checksum of 3 octets");
    assertThat(problem(twice(good, value))).isEqualTo("two checksums");
  }

  /** A header whose first checksum is right and which has a second. */
  private static byte[] twice(byte[] good, byte[] value) {
    byte[] addresses = Arrays.copyOfRange(good, 16, 28);
    byte[] both = block(0x21, 0x11, addresses, new byte[] {3, 0, 4, 0, 0, 0, 0}, value);
    int sum = ProxyTlvs.sum(ByteBuffer.wrap(both), 31);
    ByteBuffer.wrap(both).putInt(31, sum);
    return both;
  }

  // ---- something else

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "proxy TCP4",
        "PROXYTCP4",
        "PROXY\t",
        "PROXX",
        "\r\n\r\n\r",
        "\r\n\r\n\0\r\nQUIT\r"
      })
  void whatBeginsAsNeitherIsSomethingElse(String stream) {
    assertThat(read(HelloBytes.latin(stream)).outcome()).isEqualTo(Outcome.NOT_THIS);
  }

  @Test
  void anyTruncatedHeaderNeedsMore() {
    for (byte[] whole :
        List.of(
            HelloBytes.latin("PROXY TCP4 1.2.3.4 1.2.3.4 5 6\r\n"),
            block(0x21, 0x11, TCP4_ADDRESSES))) {
      for (int length = 0; length < whole.length; length++) {
        assertThat(read(Arrays.copyOf(whole, length)).outcome()).isEqualTo(Outcome.NEED_MORE);
      }
    }
  }

  // ---- anything

  @Property(tries = 300)
  void anyBytesGiveTheSameInAnyPieces(
      @ForAll @Size(max = 100) byte[] bytes, @ForAll @IntRange(max = 0x33) int kind) {
    read(bytes);
    read(HelloBytes.join(HelloBytes.latin("PROXY TCP4 "), bytes));
    read(block(0x21, kind, bytes));
  }

  @Property(tries = 300)
  void aHeaderWithAWrongByteGivesTheSameInAnyPieces(
      @ForAll @IntRange(max = 200) int at, @ForAll byte wrong) {
    byte[] line = HelloBytes.latin("PROXY TCP6 2001:db8::1 ::ffff:1.2.3.4 56324 443\r\n");
    line[at % line.length] = wrong;
    read(line);

    byte[] block = block(0x21, 0x11, TCP4_ADDRESSES, tlv(1, (byte) 1), tlv(0xE0), tlv(4, (byte) 0));
    block[at % block.length] = wrong;
    read(block);
  }
}
