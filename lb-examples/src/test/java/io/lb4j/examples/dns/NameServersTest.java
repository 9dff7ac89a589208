package io.lb4j.examples.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.examples.peers.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameServersTest {
  private static final short ID = (short) 0xBEEF;
  private static final byte[] ADDRESS = {10, 0, 0, (byte) 200};

  private static Optional<String> ask(int port) {
    try {
      return DnsClient.ask(new InetSocketAddress(NameServer.loopback(), port));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void littleOneAnswersUntilItIsClosed() throws Exception {
    int port = NameServer.freePort();
    try (LittleNameServer server = LittleNameServer.start(port, "10.0.0.1")) {
      assertThat(ask(server.port())).hasValue("10.0.0.1");
    }
    assertThat(ask(port)).isEmpty();
    try (LittleNameServer server = LittleNameServer.start(port, "10.0.0.2")) {
      assertThat(ask(server.port())).hasValue("10.0.0.2");
    }
  }

  @Test
  void dnsmasqAnswersUntilItIsClosed() throws Exception {
    Optional<Path> program = Dnsmasq.program();
    assumeTrue(program.isPresent(), "dnsmasq is not installed");
    int port = NameServer.freePort();
    Dnsmasq ended;
    try (Dnsmasq server = Dnsmasq.start(program.get(), port, "10.0.0.1")) {
      ended = server;
      assertThat(Await.until(() -> ask(port).equals(Optional.of("10.0.0.1")))).isTrue();
    }
    assertThat(ended.isAlive()).isFalse();
    assertThat(ask(port)).isEmpty();
  }

  @Test
  void queryIsThatOfTheRfc() {
    assertThat(HexFormat.of().formatHex(DnsMessage.query(ID, "example.test")))
        .isEqualTo("beef01000001000000000000" + "076578616d706c650474657374" + "0000010001");
  }

  @Test
  void replyHasTheQuestionAndTheAddress() {
    byte[] reply = DnsMessage.reply(DnsMessage.query(ID, "a.b"), ADDRESS).orElseThrow();

    assertThat(HexFormat.of().formatHex(reply))
        .isEqualTo(
            ("beef81800001000100000000" + "016101620000010001")
                + ("c00c0001000100000000" + "0004" + "0a0000c8"));
    assertThat(DnsMessage.address(reply, ID)).hasValue("10.0.0.200");
    assertThat(DnsMessage.address(reply, (short) 1)).isEmpty();
  }

  @Test
  void aReplyWithAnErrorHasNoAddress() {
    byte[] reply = DnsMessage.reply(DnsMessage.query(ID, "a.b"), ADDRESS).orElseThrow();
    reply[3] |= 3; // NXDOMAIN

    assertThat(DnsMessage.address(reply, ID)).isEmpty();
  }

  @Test
  void addressIsFoundBehindAnotherRecord() {
    String alias = "c00c" + "0005" + "0001" + "00000000" + "0003" + "0163" + "00";
    byte[] reply =
        HexFormat.of()
            .parseHex(
                ("beef81800001000200000000" + "016101620000010001" + alias)
                    + ("0163000001000100000000" + "0004" + "0a0000c8"));

    assertThat(DnsMessage.address(reply, ID)).hasValue("10.0.0.200");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET / HTTP/1.0\r\n\r\n", "\0\0\0\0\0\0\0\0\0\0\0\0\77abc"})
  void whatIsNoMessageIsNotAnswered(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

    assertThat(DnsMessage.reply(bytes, ADDRESS)).isEmpty();
    assertThat(DnsMessage.address(bytes, ID)).isEmpty();
  }

  @Test
  void aCutReplyHasNoAddress() {
    byte[] reply = DnsMessage.reply(DnsMessage.query(ID, "a.b"), ADDRESS).orElseThrow();

    for (int length = 0; length < reply.length; length++) {
      assertThat(DnsMessage.address(Arrays.copyOf(reply, length), ID)).isEmpty();
    }
  }
}
