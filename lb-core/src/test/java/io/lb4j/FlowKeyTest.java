package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FlowKeyTest {
  @Test
  void textIsShownAsItIsAndBinaryAsHexadecimal() {
    assertThat(FlowKey.of("abc=1")).hasToString("abc=1");
    assertThat(FlowKey.ofOctets(new byte[] {0, (byte) 0xff})).hasToString("0x00ff");
  }

  @Test
  void keysAreEqualByKindAndOctets() throws UnknownHostException {
    InetAddress address = InetAddress.getByName("10.1.2.3");
    assertThat(FlowKey.of("a"))
        .isEqualTo(FlowKey.ofOctets(new byte[] {'a'}))
        .hasSameHashCodeAs(FlowKey.of("a"));
    assertThat(FlowKey.of(address)).isEqualTo(FlowKey.of(address));
    assertThat(FlowKey.of(address)).isNotEqualTo(FlowKey.ofOctets(address.getAddress()));
    assertThat(FlowKey.of(address).octets()).containsExactly(10, 1, 2, 3);
  }

  @Test
  void octetsCannotBeChangedFromOutside() {
    byte[] octets = {'a'};
    FlowKey key = FlowKey.ofOctets(octets);
    octets[0] = 'b';
    key.octets()[0] = 'c';
    assertThat(key).hasToString("a");
  }

  @Test
  void emptyOrHugeKeysAreRefused() {
    assertThatThrownBy(() -> FlowKey.of("")).hasMessage("key octets: 0 (expected: 1..4096)");
    assertThatThrownBy(() -> FlowKey.ofOctets(new byte[4097])).hasMessageContaining("1..4096");
  }

  @Test
  void addressesOfAFlowAreKeys() {
    Flow flow = new PreviewFlow(new InetSocketAddress("10.1.2.3", 5));
    assertThat(flow.key(KeySource.sourceAddress())).map(Object::toString).contains("10.1.2.3");
    assertThat(flow.key(KeySource.sourceAddress(24, 64)))
        .map(Object::toString)
        .contains("10.1.2.0/24");
    assertThat(flow.key(KeySource.destinationAddress())).isPresent();
  }

  @Test
  void aSourceWithoutAKeyFallsBack() {
    Flow unix = new PreviewFlow(UnixDomainSocketAddress.of("/somewhere"));
    assertThat(unix.key(KeySource.sourceAddress())).isEqualTo(Optional.empty());
    assertThat(unix.key(KeySource.sourceAddress().orElse(KeySource.destinationAddress())))
        .isEmpty();
  }

  @Test
  void sourcesOfOneDescriptionAreEqual() {
    assertThat(KeySource.sourceAddress(24, 64))
        .isEqualTo(KeySource.sourceAddress(24, 64))
        .hasSameHashCodeAs(KeySource.sourceAddress(24, 64))
        .isNotEqualTo(KeySource.sourceAddress())
        .hasToString("source address /24 or /64");
    assertThat(KeySource.sourceAddress().orElse(KeySource.destinationAddress()))
        .hasToString("source address, else destination address");
  }
}
