package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in a ClientHello, whatever it is and however it is split. */
class TlsHelloReaderTest {
  private static final int LIMIT = 16 * 1024;

  private static TlsHelloReader read(byte[] stream) {
    return Pieces.read(() -> new TlsHelloReader(LIMIT), stream, TlsHelloReader::hello);
  }

  private static TlsHello hello(byte[] stream) {
    TlsHelloReader reader = read(stream);
    assertThat(reader.problem()).isEmpty();
    return reader.hello();
  }

  private static Outcome outcome(byte[] stream) {
    return read(stream).outcome();
  }

  private static String problem(byte[] stream) {
    TlsHelloReader reader = read(stream);
    assertThat(reader.outcome()).isEqualTo(Outcome.MALFORMED);
    return reader.problem().orElseThrow();
  }

  private static Optional<String> serverName(HelloBytes bytes) {
    return hello(bytes.record()).serverName();
  }

  /** The first bytes of the JDK's own client. */
  private static byte[] jdkHello(String... versions) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    SSLEngine engine = context.createSSLEngine("ignored", 443);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("Shop.Example.org")));
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    parameters.setProtocols(versions);
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  // ---- good hellos

  @Test
  void aRealClientIsUnderstood() throws Exception {
    TlsHello hello = hello(jdkHello("TLSv1.2", "TLSv1.3"));

    assertThat(hello.serverName()).contains("shop.example.org");
    assertThat(hello.protocols()).containsExactly("h2", "http/1.1");
    assertThat(hello.version()).isEqualTo(0x0304);
    assertThat(hello.versionName()).isEqualTo("TLSv1.3");
    assertThat(hello.sessionId().orElseThrow()).hasSize(32);
  }

  @Test
  void aClientWithoutNewerVersionsOffersItsOldOne() throws Exception {
    TlsHello hello = hello(jdkHello("TLSv1.2"));

    assertThat(hello.versionName()).isEqualTo("TLSv1.2");
    assertThat(hello.serverName()).contains("shop.example.org");
  }

  @Test
  void aHelloMayBeSpreadOverManyRecords() {
    HelloBytes bytes = new HelloBytes().serverName("a.example").protocols("h2").session((byte) 7);
    for (int most : new int[] {1, 2, 3, 4, 5, 7, 50}) {
      TlsHello hello = hello(HelloBytes.records(bytes.message(), most));

      assertThat(hello).isEqualTo(hello(bytes.record()));
      assertThat(hello.serverName()).contains("a.example");
    }
  }

  @Test
  void aHelloEndsWhereItsLengthSays() {
    byte[] hello = new HelloBytes().serverName("a.example").record();
    TlsHelloReader reader = read(HelloBytes.join(hello, hello));

    assertThat(reader.outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(reader.length()).isEqualTo(hello.length);
  }

  @Test
  void aHelloNeedsNoExtensions() {
    byte[] body = HelloBytes.join(new byte[] {3, 1}, new byte[33], new byte[] {0, 2, 0, 5, 1, 0});
    TlsHello hello = hello(HelloBytes.record(HelloBytes.message(body)));

    assertThat(hello)
        .isEqualTo(new TlsHello(Optional.empty(), List.of(), 0x0301, Optional.empty()));
    assertThat(hello.versionName()).isEqualTo("TLSv1.0");
  }

  @Test
  void theSessionIdIsAsItWasSent() {
    assertThat(hello(new HelloBytes().session((byte) 0, (byte) 0xFF).record()).sessionId())
        .contains("\0\u00FF");
    assertThat(hello(new HelloBytes().record()).sessionId()).isEmpty();
  }

  @Test
  void theHighestVersionCountsAndWhatIsNoVersionDoesNot() {
    assertThat(hello(new HelloBytes().versions(0x7A7A, 0x0303, 0x0304, 0x0302).record()).version())
        .isEqualTo(0x0304);
    assertThat(hello(new HelloBytes().versions(0x0302).record()).version()).isEqualTo(0x0302);
    assertThat(hello(new HelloBytes().versions(0x7A7A).record()).version()).isEqualTo(0x0303);
  }

  @Test
  void unknownExtensionsArePassedOver() {
    HelloBytes bytes = new HelloBytes().extension(0x1A1A, new byte[0]).extension(21, new byte[99]);

    assertThat(serverName(bytes.serverName("a.example"))).contains("a.example");
  }

  @Test
  void ofVeryManyProtocolsTheFirstAreKept() {
    String[] many = new String[1000];
    Arrays.fill(many, "x");

    assertThat(hello(new HelloBytes().protocols(many).record()).protocols())
        .hasSize(TlsHello.MAX_PROTOCOLS);
  }

  // ---- server names

  @Test
  void aServerNameIsInLowerCase() {
    assertThat(serverName(new HelloBytes().serverName("WWW.Example.ORG")))
        .contains("www.example.org");
    assertThat(serverName(new HelloBytes().serverName("xn--bcher-kva_1")))
        .contains("xn--bcher-kva_1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a\0.example",
        "\0",
        "a.example.",
        ".",
        "..",
        ".example",
        "a..b",
        "a b",
        "b\u00FCcher",
        "a:1",
        "a/b",
        "10.0.0.1",
        "1234",
        "::1",
        "[::1]",
        "2001:db8::1",
        "*.example"
      })
  void aNameThatIsNoneIsNoName(String sent) {
    assertThat(serverName(new HelloBytes().serverName(sent).protocols("h2"))).isEmpty();
  }

  @Test
  void aNameMayHave255Octets() {
    assertThat(serverName(new HelloBytes().serverName("a".repeat(255)))).isPresent();
    assertThat(serverName(new HelloBytes().serverName("a".repeat(256)))).isEmpty();
    assertThat(serverName(new HelloBytes().serverName("a".repeat(9999)))).isEmpty();
  }

  @Test
  void severalNamesOfHostsAreNoName() {
    byte[] a = HelloBytes.name(0, "a.example");
    byte[] b = HelloBytes.name(0, "b.example");

    assertThat(serverName(new HelloBytes().serverNames(a, b))).isEmpty();
    assertThat(serverName(new HelloBytes().serverNames(a, a))).isEmpty();
  }

  @Test
  void namesOfOtherTypesArePassedOver() {
    byte[] other = HelloBytes.name(7, "\0\1");

    assertThat(serverName(new HelloBytes().serverNames(other, HelloBytes.name(0, "a.example"))))
        .contains("a.example");
    assertThat(serverName(new HelloBytes().serverNames(other))).isEmpty();
    assertThat(serverName(new HelloBytes().serverNames())).isEmpty();
  }

  // ---- something else

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\u0080.\u0001\u0003\u0001", // the hello of SSL 2 that offers TLS 1.0
        "\u0015\u0003\u0001\u0000\u0002\u0001\u0000", // an alert
        "\u0016\u0002\u0000",
        "\u0016\u0003\u0001\u0000\u0004\u0002" // a ServerHello
      })
  void whatIsNoClientHelloIsSomethingElse(String stream) {
    assertThat(outcome(HelloBytes.latin(stream))).isEqualTo(Outcome.NOT_THIS);
  }

  @Test
  void theFirstByteIsEnoughToSaySo() {
    assertThat(outcome(HelloBytes.latin("G"))).isEqualTo(Outcome.NOT_THIS);
    assertThat(outcome(new byte[0])).isEqualTo(Outcome.NEED_MORE);
    assertThat(outcome(new byte[] {22})).isEqualTo(Outcome.NEED_MORE);
  }

  // ---- bad hellos

  @Test
  void anyTruncatedHelloNeedsMore() throws Exception {
    byte[] whole = jdkHello("TLSv1.3");
    for (int length = 0; length < whole.length; length++) {
      TlsHelloReader reader = new TlsHelloReader(LIMIT);
      assertThat(reader.read(ByteBuffer.wrap(whole, 0, length))).isEqualTo(Outcome.NEED_MORE);
    }
    assertThat(outcome(whole)).isEqualTo(Outcome.COMPLETE);
  }

  @Test
  void aHelloBeyondTheLimitIsRefusedByItsLength() {
    byte[] beginning = {22, 3, 1, 0x40, 0, 1, 0, 0x40, 0};

    assertThat(problem(beginning)).startsWith("ClientHello of 16388 bytes");
    assertThat(problem(new byte[] {22, 3, 1, 0x40, 0, 1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF}))
        .startsWith("ClientHello of 16777219 bytes");
  }

  @Test
  void aHelloJustAtTheLimitIsTaken() {
    byte[] bytes = new HelloBytes().extension(21, new byte[1000]).record();

    assertThat(outcome(bytes, bytes.length)).isEqualTo(Outcome.COMPLETE);
    assertThat(outcome(bytes, bytes.length - 1)).isEqualTo(Outcome.MALFORMED);
  }

  private static Outcome outcome(byte[] bytes, int limit) {
    return Pieces.read(() -> new TlsHelloReader(limit), bytes, TlsHelloReader::hello).outcome();
  }

  @Test
  void recordsOfOneByteCountTowardsTheLimit() {
    byte[] message = new HelloBytes().extension(21, new byte[1000]).message();

    assertThat(outcome(HelloBytes.records(message, 1), 3 * message.length))
        .isEqualTo(Outcome.MALFORMED);
  }

  @Test
  void emptyAndTooLongRecordsAreMalformed() {
    assertThat(problem(new byte[] {22, 3, 1, 0, 0})).isEqualTo("record of 0 bytes");
    assertThat(problem(new byte[] {22, 3, 1, 0x40, 1})).isEqualTo("record of 16385 bytes");
    assertThat(problem(HelloBytes.latin("\u0016\3\1\0\4\1\0\0\0"))).isEqualTo("empty ClientHello");
  }

  @Test
  void anotherRecordWithinAHelloIsMalformed() {
    byte[] begun = Arrays.copyOf(new HelloBytes().message(), 20);
    byte[] alert = {21, 3, 1, 0, 2, 1, 0};

    assertThat(problem(HelloBytes.join(HelloBytes.record(begun), alert)))
        .contains("another kind within the ClientHello");
  }

  @Test
  void anExtensionThatIsReadComesOnce() {
    HelloBytes names = new HelloBytes().serverName("a.example").serverName("a.example");

    assertThat(problem(names.record())).isEqualTo("two server name extensions");
    assertThat(problem(new HelloBytes().protocols("a").protocols("b").record()))
        .isEqualTo("two protocol extensions");
    assertThat(problem(new HelloBytes().versions(0x304).versions(0x304).record()))
        .isEqualTo("two version extensions");
  }

  @Test
  void lengthsHaveToAddUp() {
    assertThat(problem(new HelloBytes().extension(0, new byte[] {0, 9, 0, 0, 1, 'a'}).record()))
        .contains("beyond the end");
    assertThat(problem(new HelloBytes().extension(0, new byte[] {0, 0, 0}).record()))
        .contains("more in extension 0");
    assertThat(problem(new HelloBytes().extension(0, new byte[0]).record()))
        .contains("beyond the end");
    assertThat(problem(new HelloBytes().protocols("").record())).isEqualTo("empty protocol name");
    assertThat(problem(new HelloBytes().extension(43, new byte[] {3, 3, 4, 3}).record()))
        .contains("beyond the end");
    assertThat(problem(new HelloBytes().session(new byte[33]).record()))
        .isEqualTo("session id too long");
    assertThat(problem(new HelloBytes().version(0x0203).record())).startsWith("version");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 1", "3, 1", "2, 0"})
  void cipherSuitesAndCompressionHaveToBeThere(int cipherOctets, int compressions) {
    byte[] body =
        HelloBytes.join(
            new byte[] {3, 3},
            new byte[33],
            HelloBytes.counted16(new byte[cipherOctets]),
            HelloBytes.counted8(new byte[compressions]));

    assertThat(outcome(HelloBytes.record(HelloBytes.message(body)))).isEqualTo(Outcome.MALFORMED);
  }

  @Test
  void nothingFollowsTheExtensions() {
    byte[] message = new HelloBytes().serverName("a.example").message();
    byte[] body = Arrays.copyOfRange(message, 4, message.length + 1);

    assertThat(problem(HelloBytes.record(HelloBytes.message(body))))
        .isEqualTo("more after the extensions");
  }

  @Test
  void aHelloIsToldOnlyOnceItIsComplete() {
    TlsHelloReader reader = read(new byte[] {22});

    assertThatIllegalStateException().isThrownBy(reader::hello);
    assertThatIllegalStateException().isThrownBy(reader::length);
  }

  // ---- anything

  @Property(tries = 300)
  void anyBytesGiveTheSameInAnyPieces(@ForAll @Size(max = 200) byte[] bytes) {
    read(bytes);
    read(HelloBytes.join(new byte[] {22, 3, 1, 0, (byte) 100, 1, 0, 0, 90}, bytes));
  }

  @Property(tries = 300)
  void aHelloWithAWrongByteGivesTheSameInAnyPieces(
      @ForAll @IntRange(max = 200) int at, @ForAll byte wrong) {
    byte[] bytes =
        new HelloBytes().serverName("a.example").protocols("h2").versions(0x304, 0x303).record();
    bytes[at % bytes.length] = wrong;

    read(bytes);
  }
}
