package io.lb4j.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8",
    "10.1.2.3, 10.1.2.3",
    "10.1.2.3/32, 10.1.2.3",
    "0.0.0.0/0, 0.0.0.0/0",
    "255.255.255.254/31, 255.255.255.254/31",
    "2001:DB8::/32, 2001:db8:0:0:0:0:0:0/32",
    "::1, 0:0:0:0:0:0:0:1",
    "::/0, 0:0:0:0:0:0:0:0/0",
    "2001:db8:0:0:8000::/65, 2001:db8:0:0:8000:0:0:0/65",
    "::ffff:10.0.0.0/104, 10.0.0.0/8",
    "::ffff:10.1.2.3, 10.1.2.3",
    "::ffff:0:0/96, 0.0.0.0/0",
  })
  void networksAreReadAndWritten(String text, String written) {
    assertThat(Cidr.parse(text)).hasToString(written);
    assertThat(Cidr.parse(written)).isEqualTo(Cidr.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/8/8",
        "10.0.0.0/ 8",
        "10.0.0/8",
        "10",
        "0x0a.0.0.0/8",
        "010.0.0.0/8",
        "256.0.0.0/8",
        "localhost",
        "a.b.c.d",
        "2001:db8::/129",
        "2001:db8:::/32",
        ":::",
        "1:2:3:4:5:6:7:8:9",
        "fe80::1%1",
        "[::1]",
        "::ffff:10.0.0.0/8",
        "::ffff:10.0.0.1/95",
        "10.0.0.0/99999999999"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cidr.parse(text))
        .withMessage(
            "network: %s (expected: an IP network such as 10.0.0.0/8 or 2001:db8::/32)", text);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1/8, 10.0.0.0/8",
    "10.1.2.3/0, 0.0.0.0/0",
    "2001:db8::1/32, 2001:db8:0:0:0:0:0:0/32",
    "2001:db8::1/127, 2001:db8:0:0:0:0:0:0/127",
    "::ffff:10.0.0.1/104, 10.0.0.0/8",
  })
  void bitsBeyondThePrefixAreRefusedAsNobodyKnowsWhatWasMeant(String text, String network) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cidr.parse(text))
        .withMessage("network: %s (expected: no bits beyond the prefix: %s)", text, network);
  }

  @Test
  void endsAtItsLastAddress() {
    assertThat(Cidr.parse("10.0.0.0/8").lastLow()).isEqualTo(0x0affffffL);
    assertThat(Cidr.parse("0.0.0.0/0").lastLow()).isEqualTo(0xffffffffL);
    Cidr halves = Cidr.parse("2001:db8::/48");
    assertThat(halves.lastHigh()).isEqualTo(0x20010db80000ffffL);
    assertThat(halves.lastLow()).isEqualTo(-1);
  }
}
