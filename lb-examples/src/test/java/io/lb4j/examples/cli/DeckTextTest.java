package io.lb4j.examples.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class DeckTextTest {

  @Test
  void addressesLookLikePythons() throws UnknownHostException {
    InetAddress ipv4 = InetAddress.getByAddress(new byte[] {10, 1, 2, 3});
    InetAddress ipv6 = InetAddress.getByAddress(new byte[16]);

    assertThat(DeckText.address(new InetSocketAddress(ipv4, 5555))).isEqualTo("('10.1.2.3', 5555)");
    assertThat(DeckText.address(new InetSocketAddress(ipv6, 80)))
        .isEqualTo("('0:0:0:0:0:0:0:0', 80)");
    assertThat(DeckText.address(UnixDomainSocketAddress.of("/tmp/edge")))
        .isEqualTo("('unix:/tmp/edge')");
    assertThat(DeckText.address(UnixDomainSocketAddress.of(""))).isEqualTo("('unix')");
  }

  @Test
  void unprintableBytesAreEscaped() {
    assertThat(data("It's\r\n\t\\ \u00e9\u0000")).isEqualTo("['It\\'s\\r\\n\\t\\\\ \\xe9\\x00']");
  }

  @Test
  void longDataIsCutAndItsLengthTold() {
    assertThat(data("x".repeat(1000))).endsWith("xxx'] and 800 bytes more");
  }

  @Test
  void readingLeavesTheBufferAsItWas() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {'a', 'b'}, 1, 1);

    assertThat(DeckText.data(bytes)).isEqualTo("['b']");
    assertThat(bytes.position()).isEqualTo(1);
  }

  private static String data(String text) {
    return DeckText.data(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
  }
}
