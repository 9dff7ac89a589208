package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What is written of two addresses, and that it is read as it was meant. */
class ProxyHeaderWriterTest {
  private static final SocketAddress IPV4 = new InetSocketAddress("192.0.2.1", 56324);
  private static final SocketAddress OTHER_IPV4 = new InetSocketAddress("192.0.2.2", 443);
  private static final SocketAddress IPV6 = new InetSocketAddress("2001:db8::1", 443);
  private static final SocketAddress PATH = UnixDomainSocketAddress.of("/run/a");
  private static final SocketAddress UNNAMED = UnixDomainSocketAddress.of("");
  private static final SocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("nowhere", 1);

  private static String line(SocketAddress source, SocketAddress destination) {
    return new String(ProxyHeaderWriter.version1(source, destination), StandardCharsets.US_ASCII);
  }

  private static byte[] block(SocketAddress source, SocketAddress destination) {
    return ProxyHeaderWriter.version2(source, destination, List.of(), false);
  }

  private static String hex(byte[] header) {
    assertThat(header).startsWith(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a"));
    return HexFormat.of().formatHex(header, 12, header.length);
  }

  private static ProxyHeader read(byte[] header) {
    ProxyHeaderReader reader = new ProxyHeaderReader(0xFFFF);
    assertThat(reader.read(ByteBuffer.wrap(header))).isEqualTo(Outcome.COMPLETE);
    assertThat(reader.length()).isEqualTo(header.length);
    return reader.header();
  }

  @Test
  void aLineIsOfTheFamilyOfBoth() {
    assertThat(line(IPV4, OTHER_IPV4)).isEqualTo("PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n");
    assertThat(line(IPV6, IPV6))
        .isEqualTo("PROXY TCP6 2001:db8:0:0:0:0:0:1 2001:db8:0:0:0:0:0:1 443 443\r\n");
    assertThat(line(IPV4, IPV6))
        .isEqualTo("PROXY TCP6 0:0:0:0:0:ffff:c000:201 2001:db8:0:0:0:0:0:1 56324 443\r\n");
  }

  @Test
  void aLineHasNoZone() throws UnknownHostException {
    InetAddress zoned =
        Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), 1);

    assertThat(line(new InetSocketAddress(zoned, 1), IPV6))
        .startsWith("PROXY TCP6 fe80:0:0:0:0:0:0:1 2001");
  }

  @Test
  void aLineForOtherAddressesIsUnknown() {
    assertThat(line(PATH, PATH)).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(line(IPV4, PATH)).isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(line(UNRESOLVED, IPV4)).isEqualTo("PROXY UNKNOWN\r\n");
  }

  @Test
  void aBlockIsOfTheFamilyOfBoth() {
    assertThat(hex(block(IPV4, OTHER_IPV4))).isEqualTo("2111000cc0000201c0000202dc0401bb");
    assertThat(hex(block(IPV6, IPV4)))
        .isEqualTo(
            "21210024"
                + "20010db8000000000000000000000001"
                + "00000000000000000000ffffc0000201"
                + "01bbdc04");
    assertThat(hex(block(UNNAMED, PATH)))
        .isEqualTo("213100d8" + "00".repeat(108) + "2f72756e2f61" + "00".repeat(102));
  }

  @Test
  void aBlockForOtherAddressesIsUnspecified() {
    SocketAddress tooLong = UnixDomainSocketAddress.of("/" + "x".repeat(108));

    assertThat(hex(block(IPV4, PATH))).isEqualTo("21000000");
    assertThat(hex(block(IPV4, UNRESOLVED))).isEqualTo("21000000");
    assertThat(hex(block(PATH, tooLong))).isEqualTo("21000000");
  }

  @Test
  void aBlockOfOnesOwnSaysSo() {
    assertThat(hex(ProxyHeaderWriter.local(false))).isEqualTo("20000000");
    assertThat(read(ProxyHeaderWriter.local(true)).local()).isTrue();
  }

  /** The sum is that of another implementation, over the same bytes. */
  @Test
  void theChecksumIsCrc32cOfTheHeaderWithZerosInItsPlace() {
    assertThat(hex(ProxyHeaderWriter.version2(IPV4, OTHER_IPV4, List.of(), true)))
        .isEqualTo("21110013c0000201c0000202dc0401bb" + "030004" + "d6c8c75f");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ProxyTlv large = new ProxyTlv(0xE0, new byte[0xFFFF]);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ProxyHeaderWriter.version2(IPV4, IPV4, List.of(large), false))
        .withMessageContaining("octets of a PROXY header");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ProxyHeaderWriter.version2(
                    IPV4, IPV4, List.of(new ProxyTlv(ProxyTlv.CRC32C, new byte[4])), false))
        .withMessageContaining("no checksum");
    assertThatIllegalArgumentException().isThrownBy(() -> new ProxyTlv(256, new byte[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> new ProxyTlv(1, new byte[0x10000]));
  }

  @Property(tries = 300)
  void whatIsWrittenIsReadAsItWasMeant(
      @ForAll boolean sixFrom,
      @ForAll boolean sixTo,
      @ForAll @Size(16) byte[] octets,
      @ForAll @IntRange(max = 0xFFFF) int port,
      @ForAll @Size(max = 3) List<@IntRange(min = 5, max = 255) Integer> types,
      @ForAll boolean checksum)
      throws UnknownHostException {
    SocketAddress from = new InetSocketAddress(address(octets, sixFrom), port);
    SocketAddress to = new InetSocketAddress(address(octets, sixTo), 0xFFFF - port);
    List<ProxyTlv> tlvs = types.stream().map(type -> new ProxyTlv(type, octets)).toList();

    assertThat(read(ProxyHeaderWriter.version2(from, to, tlvs, checksum)))
        .isEqualTo(new ProxyHeader(false, Optional.of(from), Optional.of(to), tlvs));
    assertThat(read(ProxyHeaderWriter.version1(from, to)))
        .isEqualTo(new ProxyHeader(false, Optional.of(from), Optional.of(to), List.of()));
    assertThat(read(ProxyHeaderWriter.version2(PATH, PATH, tlvs, checksum)))
        .isEqualTo(new ProxyHeader(false, Optional.of(PATH), Optional.of(PATH), tlvs));
  }

  private static InetAddress address(byte[] octets, boolean six) throws UnknownHostException {
    return InetAddress.getByAddress(six ? octets : Arrays.copyOf(octets, 4));
  }
}
