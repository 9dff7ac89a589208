package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class KeyHashTest {
  @Property(tries = 200)
  void anAddressHashesAsItsKey(
      @ForAll @Size(4) byte[] ipv4,
      @ForAll @Size(16) byte[] ipv6,
      @ForAll @IntRange(max = 32) int ipv4Prefix,
      @ForAll @IntRange(max = 128) int ipv6Prefix)
      throws IOException {
    KeySource source = KeySource.sourceAddress(ipv4Prefix, ipv6Prefix);
    for (byte[] octets : List.of(ipv4, ipv6)) {
      StubFlow flow = new StubFlow();
      flow.client = new InetSocketAddress(InetAddress.getByAddress(octets), 1);
      FlowKey key = flow.key(source).orElseThrow();
      for (KeyHash hash : List.of(KeyHash.xxHash64(), KeyHash.ketama())) {
        long asOctets = hash.hash(key.octets());
        assertThat(source.hashIn(flow, hash)).isEqualTo(asOctets);
        assertThat(BuiltInHash.of(key, hash)).isEqualTo(asOctets);
        assertThat(BuiltInHash.of(FlowKey.ofOctets(key.octets()), hash)).isEqualTo(asOctets);
      }
    }
  }
}
