package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.internal.probe.AgentLine;
import io.lb4j.internal.probe.AgentOrders;
import io.lb4j.internal.probe.AgentReply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * What has to hold of each reader whatever it is given: what the fuzz tests try to break, and what
 * the inputs that they found are held to ever after.
 */
final class Targets {
  private static final int LIMIT = 4096;
  private static final int DNS_ID = 0x6161; // two letters, which a fuzzer finds soon

  /** Each by its name, which is that of its fuzz test and of the folder of its inputs. */
  static final Map<String, Consumer<byte[]>> ALL =
      Map.of(
          "tlsHello", Targets::tlsHello,
          "httpHead", Targets::httpHead,
          "setCookie", Targets::setCookie,
          "proxyHeader", Targets::proxyHeader,
          "httpReply", Targets::httpReply,
          "agentReply", Targets::agentReply,
          "dnsReply", Targets::dnsReply);

  private Targets() {}

  static void tlsHello(byte[] stream) {
    TlsHelloReader reader =
        Pieces.read(() -> new TlsHelloReader(LIMIT), stream, TlsHelloReader::hello);
    if (reader.outcome() == Outcome.COMPLETE) {
      TlsHello hello = reader.hello();
      assertThat(hello.serverName().orElse("a")).matches("[a-z0-9_.-]{1,255}");
      assertThat(hello.protocols()).hasSizeLessThanOrEqualTo(TlsHello.MAX_PROTOCOLS);
      assertThat(hello.protocols()).allMatch(name -> !name.isEmpty() && name.length() < 256);
      assertThat(hello.version()).isBetween(0x0300, 0x03FF);
      assertThat(hello.versionName()).isNotEmpty();
      assertThat(hello.sessionId().orElse("a").length()).isBetween(1, 32);
    }
  }

  static void httpHead(byte[] stream) {
    HttpHeadReader reader =
        Pieces.read(() -> new HttpHeadReader(LIMIT), stream, head -> seen(head.head()));
    if (reader.outcome() == Outcome.COMPLETE) {
      String text = new String(stream, 0, reader.length(), StandardCharsets.ISO_8859_1);
      assertThat(text).endsWith("\r\n\r\n");
      seen(reader.head()).forEach(found -> assertThat(found).doesNotContain("\r", "\n"));
    }
  }

  private static List<String> seen(HttpRequestHead head) {
    return List.of(
        head.method(),
        head.target(),
        head.path().orElse("none"),
        head.header("host").orElse("none"),
        head.header("a").orElse("none"),
        head.cookie("a").orElse("none"),
        head.toString());
  }

  static void setCookie(byte[] stream) {
    SetCookieReader whole = setCookie(stream, stream.length);
    SetCookieReader single = setCookie(stream, 1);
    assertThat(single.outcome()).isEqualTo(whole.outcome());
    assertThat(single.cookie()).isEqualTo(whole.cookie());
    assertThat(single.problem()).isEqualTo(whole.problem());
    assertThat(whole.cookie().orElse("a")).isNotEmpty().doesNotContain("\r", "\n", ";");
  }

  private static SetCookieReader setCookie(byte[] stream, int most) {
    SetCookieReader reader = new SetCookieReader("a", LIMIT);
    for (int at = 0; at < stream.length; at += most) {
      reader.read(ByteBuffer.wrap(stream, at, Math.min(most, stream.length - at)));
    }
    return reader;
  }

  static void proxyHeader(byte[] stream) {
    ProxyHeaderReader reader =
        Pieces.read(() -> new ProxyHeaderReader(LIMIT), stream, ProxyHeaderReader::header);
    if (reader.outcome() == Outcome.COMPLETE && reader.header().source().isPresent()) {
      writtenAgain(reader.header());
    }
  }

  /** Both ends are told, or it is a UNIX-domain address beside one that has no name. */
  private static void writtenAgain(ProxyHeader header) {
    if (header.destination().isPresent()) {
      byte[] again =
          ProxyHeaderWriter.version2(
              header.source().get(), header.destination().get(), header.tlvs(), true);
      ProxyHeaderReader reader = new ProxyHeaderReader(0xFFFF);
      assertThat(reader.read(ByteBuffer.wrap(again))).isEqualTo(Outcome.COMPLETE);
      assertThat(reader.header().tlvs()).isEqualTo(header.tlvs());
      assertThat(reader.header().source()).isEqualTo(header.source());
      assertThat(reader.header().destination()).isEqualTo(header.destination());
    }
  }

  static void httpReply(byte[] stream) {
    String whole = httpReply(stream, stream.length, new Random(0));
    assertThat(httpReply(stream, 1, new Random(0))).isEqualTo(whole);
    assertThat(httpReply(stream, 20, new Random(1))).isEqualTo(whole);
  }

  private static String httpReply(byte[] stream, int most, Random random) {
    HttpReplyReader reader = new HttpReplyReader(false, 64);
    for (int at = 0; at < stream.length; ) {
      int length = Math.min(stream.length - at, most == 20 ? 1 + random.nextInt(most) : most);
      ByteBuffer piece = ByteBuffer.wrap(stream, at, length);
      int before;
      do {
        before = piece.remaining();
        reader.read(piece);
      } while (piece.remaining() < before);
      at += length;
    }
    String words = reader.problem().orElse("") + reader.status() + reader.body();
    reader.end();
    assertThat(reader.isComplete() || reader.problem().isPresent() || reader.body().isFull())
        .isTrue();
    return words + reader.isComplete();
  }

  static void agentReply(byte[] stream) {
    AgentOrders orders =
        AgentReply.read(new String(stream, StandardCharsets.ISO_8859_1), 3).orders().orElseThrow();
    String line = AgentLine.of(orders);
    assertThat(line.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(1024);
    assertThat(AgentReply.read(line, 3).orders()).contains(orders);
  }

  static void dnsReply(byte[] stream) {
    DnsQuestion question = DnsQuestion.of("a.example", 1);
    DnsReply reply = DnsReply.read(question, DNS_ID, ByteBuffer.wrap(stream));
    boolean complete = reply.outcome() == Outcome.COMPLETE;
    assertThat(reply.outcome()).isNotEqualTo(Outcome.NEED_MORE);
    assertThat(reply.words().isEmpty()).isEqualTo(complete);
    assertThat(reply.code()).isBetween(0, complete ? 15 : 0);
    DnsReply toAnother = DnsReply.read(question, ~DNS_ID, ByteBuffer.wrap(stream));
    assertThat(complete && toAnother.outcome() == Outcome.COMPLETE).isFalse();

    DnsFrameReader whole = dnsFrame(stream, stream.length);
    DnsFrameReader single = dnsFrame(stream, 1);
    assertThat(single.isComplete()).isEqualTo(whole.isComplete());
    assertThat(single.message()).isEqualTo(whole.message());
    if (stream.length <= 512) {
      assertThat(dnsFrame(DnsFrameReader.framed(stream), 3).message())
          .isEqualTo(ByteBuffer.wrap(stream));
    }
  }

  private static DnsFrameReader dnsFrame(byte[] stream, int most) {
    DnsFrameReader reader = new DnsFrameReader();
    for (int at = 0; at < stream.length && !reader.isComplete(); at += most) {
      reader.read(ByteBuffer.wrap(stream, at, Math.min(most, stream.length - at)));
    }
    return reader;
  }
}
