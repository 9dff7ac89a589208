package io.lb4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1:80",
    "2001:db8::1, [2001:db8:0:0:0:0:0:1]:80",
    "::ffff:10.0.0.1, 10.0.0.1:80",
  })
  void ipAddressesAreWrittenWithTheirPort(String literal, String written)
      throws UnknownHostException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(literal), 80);
    assertThat(Addresses.text(address)).isEqualTo(written);
  }

  @Test
  void nameThatIsNotResolvedStaysOne() {
    assertThat(Addresses.text(InetSocketAddress.createUnresolved("example.com", 80)))
        .isEqualTo("example.com:80");
  }

  @Test
  void pathsAreMarked() {
    assertThat(Addresses.text(UnixDomainSocketAddress.of("/run/app.sock")))
        .isEqualTo("unix:/run/app.sock");
    assertThat(Addresses.text(UnixDomainSocketAddress.of(""))).isEqualTo("unix:");
  }
}
