package io.lb4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CidrSetTest {
  private static CidrSet set(String... networks) {
    return CidrSet.of(Stream.of(networks).map(Cidr::parse).toList());
  }

  private static InetAddress ip(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  @Test
  void anAddressIsInItsNetworkFromTheFirstToTheLast() throws Exception {
    CidrSet set = set("10.1.0.0/16", "192.0.2.7", "2001:db8::/33", "2001:db8:ffff::1");
    for (String in :
        List.of(
            "10.1.0.0",
            "10.1.255.255",
            "192.0.2.7",
            "2001:db8::",
            "2001:db8:7fff:ffff::1",
            "2001:db8:ffff::1")) {
      assertThat(set.contains(ip(in))).as(in).isTrue();
    }
    for (String out :
        List.of(
            "10.0.255.255",
            "10.2.0.0",
            "192.0.2.6",
            "192.0.2.8",
            "0.0.0.0",
            "255.255.255.255",
            "2001:db7:ffff::",
            "2001:db8:8000::",
            "2001:db8:ffff::",
            "2001:db8:ffff::2",
            "::")) {
      assertThat(set.contains(ip(out))).as(out).isFalse();
    }
  }

  @Test
  void networksMayOverlapAndCoverEverything() throws Exception {
    CidrSet set = set("10.0.0.1", "10.0.0.0/8", "0.0.0.0/0", "10.0.0.0/8", "255.0.0.0/8");
    for (String in : List.of("0.0.0.0", "9.9.9.9", "10.0.0.1", "11.0.0.0", "255.255.255.255")) {
      assertThat(set.contains(ip(in))).as(in).isTrue();
    }
    assertThat(set.contains(ip("::1"))).isFalse();
  }

  @Test
  void ipv4MappedIpv6AddressIsOneOfIpv4() throws Exception {
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    mapped[12] = 10;
    InetAddress address = Inet6Address.getByAddress(null, mapped, -1);
    assertThat(address).isInstanceOf(Inet6Address.class);

    assertThat(set("10.0.0.0/8").contains(address)).isTrue();
    assertThat(set("::ffff:10.0.0.0/104").contains(address)).isTrue();
    assertThat(set("11.0.0.0/8").contains(address)).isFalse();
    assertThat(set("::/0").contains(address)).as("all of IPv6 is nothing of IPv4").isFalse();
    assertThat(set("::/0").contains(ip("10.0.0.1"))).isFalse();
  }

  @Test
  void anEmptyOneHasNothing() throws Exception {
    assertThat(set().isEmpty()).isTrue();
    assertThat(set("::/0").isEmpty()).isFalse();
    assertThat(set("0.0.0.0/0").isEmpty()).isFalse();
    assertThat(set().contains(ip("10.0.0.1"))).isFalse();
    assertThat(set().contains(ip("::1"))).isFalse();
  }

  /** Against looking at one network after the other. */
  @Test
  void answersAsOneNetworkAfterTheOtherWould() throws Exception {
    Random random = new Random(1);
    for (boolean ipv4 : new boolean[] {true, false}) {
      List<byte[]> bases = new ArrayList<>();
      List<Integer> prefixes = new ArrayList<>();
      List<Cidr> networks = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        byte[] base = octets(random, ipv4);
        int prefix = random.nextInt(base.length * 8 + 1);
        for (int bit = prefix; bit < base.length * 8; bit++) {
          base[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        if (prefix > 3) { // else nearly everything is in
          bases.add(base);
          prefixes.add(prefix);
          networks.add(Cidr.parse(InetAddress.getByAddress(base).getHostAddress() + "/" + prefix));
        }
      }
      CidrSet set = CidrSet.of(networks);
      int in = 0;
      for (int i = 0; i < 5000; i++) {
        byte[] address = octets(random, ipv4);
        boolean expected = false;
        for (int n = 0; n < bases.size(); n++) {
          expected |= sharesBits(bases.get(n), address, prefixes.get(n));
        }
        in += expected ? 1 : 0;
        assertThat(set.contains(InetAddress.getByAddress(address))).isEqualTo(expected);
      }
      assertThat(in).isBetween(200, 4800);
    }
  }

  /** Few values, so that there are hits. */
  private static byte[] octets(Random random, boolean ipv4) {
    byte[] octets = new byte[ipv4 ? 4 : 16];
    random.nextBytes(octets);
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) (i < 2 ? octets[i] : octets[i] & 0x81);
    }
    return octets;
  }

  private static boolean sharesBits(byte[] one, byte[] other, int bits) {
    for (int bit = 0; bit < bits; bit++) {
      if (((one[bit / 8] ^ other[bit / 8]) & (0x80 >> bit % 8)) != 0) {
        return false;
      }
    }
    return true;
  }

  @Test
  void lookingUpIpv4AmongTenThousandNetworksMakesNoGarbage() throws Exception {
    List<Cidr> networks = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      networks.add(Cidr.parse("10." + i / 256 + "." + i % 256 + ".0/25"));
    }
    CidrSet set = CidrSet.of(networks);
    InetAddress in = ip("10.20.30.1");
    InetAddress out = ip("10.20.30.129");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int found = 0;
    for (int i = 0; i < 20_000; i++) { // compiled by then
      found += set.contains(in) ? 1 : 0;
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 20_000; i++) {
      found += set.contains(in) ? 1 : 0;
      found += set.contains(out) ? 1 : 0;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(found).isEqualTo(40_000);
    assertThat(allocated).isLessThan(2000); // of the measuring itself
  }
}
