package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressKeyTest {

  private static AddressKey key(String literal, int ipv4Prefix, int ipv6Prefix) {
    return AddressKey.of(StubFlow.inet(literal, 0).getAddress(), ipv4Prefix, ipv6Prefix);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.129, 32, 192.0.2.129",
    "192.0.2.129, 31, 192.0.2.128/31",
    "192.0.2.129, 24, 192.0.2.0/24",
    "192.0.2.129, 20, 192.0.0.0/20",
    "255.255.255.255, 1, 128.0.0.0/1",
    "192.0.2.129, 0, 0.0.0.0/0",
  })
  void ipv4NetworksAreWrittenWithTheirPrefix(String address, int prefix, String text) {
    assertThat(key(address, prefix, 128)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "2001:db8:1:2:3:4:5:6, 128, 2001:db8:1:2:3:4:5:6",
    "2001:db8:1:2:3:4:5:6, 127, 2001:db8:1:2:3:4:5:6/127",
    "2001:db8:1:2:3:4:5:6, 96, 2001:db8:1:2:3:4:0:0/96",
    "2001:db8:1:2:ffff:4:5:6, 65, 2001:db8:1:2:8000:0:0:0/65",
    "2001:db8:1:2:3:4:5:6, 64, 2001:db8:1:2:0:0:0:0/64",
    "2001:db8:1:2:3:4:5:6, 63, 2001:db8:1:2:0:0:0:0/63",
    "2001:db8:1:3:3:4:5:6, 63, 2001:db8:1:2:0:0:0:0/63",
    "2001:db8:1:2:3:4:5:6, 0, 0:0:0:0:0:0:0:0/0",
  })
  void ipv6NetworksAreWrittenWithTheirPrefix(String address, int prefix, String text) {
    assertThat(key(address, 32, prefix)).hasToString(text);
  }

  @Property
  void twoIpv4AddressesShareAKeyIfTheirFirstBitsAreEqual(
      @ForAll int one,
      @ForAll @IntRange(max = 31) int flipped,
      @ForAll @IntRange(max = 32) int bits)
      throws UnknownHostException {
    int other = one ^ (1 << flipped);
    boolean sharePrefix = bits == 0 || (one >>> (32 - bits)) == (other >>> (32 - bits));

    assertThat(ofBits(one, bits).equals(ofBits(other, bits))).isEqualTo(sharePrefix);
  }

  private static AddressKey ofBits(int bits, int prefix) throws UnknownHostException {
    byte[] bytes = {(byte) (bits >> 24), (byte) (bits >> 16), (byte) (bits >> 8), (byte) bits};
    return AddressKey.of(InetAddress.getByAddress(bytes), prefix, 128);
  }

  @Property
  void twoIpv6AddressesShareAKeyIfTheirFirstBitsAreEqual(
      @ForAll @Size(16) byte[] one,
      @ForAll @IntRange(max = 127) int flipped,
      @ForAll @IntRange(max = 128) int prefix)
      throws UnknownHostException {
    one[0] = 0x20; // not among the IPv4-mapped ones
    byte[] other = one.clone();
    other[flipped / 8] ^= (byte) (1 << flipped % 8);
    BigInteger oneBits = new BigInteger(1, one).shiftRight(128 - prefix);
    BigInteger otherBits = new BigInteger(1, other).shiftRight(128 - prefix);

    assertThat(
            AddressKey.of(InetAddress.getByAddress(one), 32, prefix)
                .equals(AddressKey.of(InetAddress.getByAddress(other), 32, prefix)))
        .isEqualTo(oneBits.equals(otherBits));
  }

  @Test
  void anIpv4MappedAddressIsTheIpv4Address() throws UnknownHostException {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};

    assertThat(AddressKey.of(InetAddress.getByAddress(mapped), 24, 64))
        .isEqualTo(key("10.1.2.3", 24, 64))
        .hasToString("10.1.2.0/24");
  }

  @Test
  void theFamiliesDoNotMix() {
    assertThat(key("0.0.0.1", 32, 32)).isNotEqualTo(key("::1", 32, 32));
    assertThat(key("0.0.0.0", 0, 0)).isNotEqualTo(key("::", 0, 0));
  }

  @Test
  void foldTellsAddressesApartAndNotPorts() {
    assertThat(AddressKey.fold(StubFlow.inet("10.1.2.3", 1)))
        .isEqualTo(AddressKey.fold(StubFlow.inet("10.1.2.3", 2)))
        .isEqualTo(AddressKey.fold(StubFlow.inet("::ffff:10.1.2.3", 3)))
        .isNotEqualTo(AddressKey.fold(StubFlow.inet("10.1.2.4", 1)));
    assertThat(AddressKey.fold(StubFlow.inet("2001:db8::1", 1)))
        .isNotEqualTo(AddressKey.fold(StubFlow.inet("2001:db8:0:1::1", 1)));
  }

  /**
   * What saves a copy of the address for each choice; a JDK that changes it would move every
   * client.
   */
  @Test
  void ipv4AddressFoldsToItsBits() throws UnknownHostException {
    for (byte[] bits :
        new byte[][] {{0, 0, 0, 0}, {127, 0, 0, 1}, {-1, -2, -3, -4}, {10, 1, -128, 7}}) {
      long expected =
          ((bits[0] & 255L) << 24)
              | ((bits[1] & 255) << 16)
              | ((bits[2] & 255) << 8)
              | (bits[3] & 255);
      InetSocketAddress client = new InetSocketAddress(InetAddress.getByAddress(bits), 1);
      assertThat(AddressKey.fold(client)).isEqualTo(expected);
    }
  }
}
