package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lb4j.internal.util.Clock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/** Keys from what clients send first, in single bytes and at once. */
class KeySourceTest {
  private static final String REQUEST =
      """
      GET /cart/7?user=anna&x=1 HTTP/1.1
      Host: shop.example
      X-Tenant:  blue
      Cookie: theme=dark; SID="a1b2"

      """
          .replace("\n", "\r\n");

  /** What a source finds; every split must give the same. */
  private static String found(KeySource source, byte[] sent) {
    String atOnce = text(look(source, sent, sent.length));
    assertThat(text(look(source, sent, 1))).as("in single bytes").isEqualTo(atOnce);
    return atOnce;
  }

  private static String text(Inspection inspection) {
    return inspection.key().map(FlowKey::toString).orElse(inspection.toString());
  }

  private static Inspection look(KeySource source, byte[] sent, int step) {
    InspectedSource inspected = source.inspected().get(0);
    FirstBytes first = new FirstBytes(16_384, new CallbackGuard("test", Clock.SYSTEM));
    Inspection result = Inspection.needMore();
    for (int count = step; count <= sent.length && result.needsMore(); count += step) {
      first.show(ByteBuffer.wrap(sent, 0, count));
      result = inspected.inspect(first);
    }
    return result;
  }

  private static String found(KeySource source, String sent) {
    return found(source, sent.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] helloOfTheJdk() throws NoSuchAlgorithmException, SSLException {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine("ignored", 443);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName("Shop.Example")));
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(32_768);
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] hello = new byte[out.flip().remaining()];
    out.get(hello);
    return hello;
  }

  @Test
  void partsOfAnHttpRequestAreKeys() {
    assertThat(found(KeySource.httpCookie("SID"), REQUEST)).isEqualTo("a1b2");
    assertThat(found(KeySource.httpHeader("x-tenant"), REQUEST)).isEqualTo("blue");
    assertThat(found(KeySource.httpPath(), REQUEST)).isEqualTo("/cart/7");
    assertThat(found(KeySource.httpHost(), REQUEST)).isEqualTo("shop.example");
    String withPort = REQUEST.replace("shop.example", "Shop.Example:8080");
    assertThat(found(KeySource.httpHost(), withPort)).isEqualTo("shop.example");
    String ipv6 = REQUEST.replace("shop.example", "[::1]");
    assertThat(found(KeySource.httpHost(), ipv6)).isEqualTo("[::1]");
    assertThat(found(KeySource.httpQuery("user"), REQUEST)).isEqualTo("anna");
  }

  @Test
  void whatARequestDoesNotHaveIsNoKey() {
    assertThat(found(KeySource.httpCookie("sid"), REQUEST)).isEqualTo("none");
    assertThat(found(KeySource.httpHeader("X-Other"), REQUEST)).isEqualTo("none");
    assertThat(found(KeySource.httpQuery("y"), REQUEST)).isEqualTo("none");
  }

  @Test
  void unfinishedHeadNeedsMore() {
    assertThat(found(KeySource.httpCookie("SID"), "GET / HTTP/1.1\r\nCookie: SID=1\r\n"))
        .isEqualTo("need more");
  }

  @Test
  void anotherProtocolHasNoHttpKey() {
    assertThat(found(KeySource.httpPath(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).isEqualTo("none");
    assertThat(found(KeySource.httpPath(), "\u0000\u0001binary")).isEqualTo("none");
  }

  @Test
  void partsOfARealClientHelloAreKeys() throws Exception {
    byte[] hello = helloOfTheJdk();
    assertThat(found(KeySource.tlsServerName(), hello)).isEqualTo("shop.example");
    assertThat(found(KeySource.tlsProtocol(), hello)).isEqualTo("h2");
    assertThat(found(KeySource.tlsVersion(), hello)).isEqualTo("TLSv1.3");
    assertThat(found(KeySource.tlsSessionId(), hello)).hasSizeGreaterThan(2);
  }

  @Test
  void httpIsNoTls() {
    assertThat(found(KeySource.tlsServerName(), REQUEST)).isEqualTo("none");
  }

  @Test
  void sourcesOfOneDescriptionAreEqual() {
    assertThat(KeySource.httpHeader("X-Tenant")).isEqualTo(KeySource.httpHeader("x-tenant"));
    assertThat(KeySource.httpCookie("SID")).isNotEqualTo(KeySource.httpCookie("sid"));
    assertThat(KeySource.tlsServerName())
        .isEqualTo(KeySource.tlsServerName())
        .isNotEqualTo(KeySource.tlsProtocol());
    assertThat(KeySource.proxyTlv(5)).isEqualTo(KeySource.proxyTlv(5));
    Inspector inspector = bytes -> Inspection.none();
    assertThat(KeySource.inspected("a", inspector)).isEqualTo(KeySource.inspected("a", inspector));
  }

  @Test
  void sourcesSayWhatTheyAre() {
    assertThat(KeySource.httpCookie("SID").orElse(KeySource.sourceAddress()))
        .hasToString("HTTP cookie SID, else source address");
    assertThat(KeySource.tlsServerName()).hasToString("TLS server name");
    assertThat(KeySource.proxyTlv(5)).hasToString("PROXY value 0x05");
  }

  @Test
  void namesThatNoHeaderCanHaveAreRefused() {
    assertThatThrownBy(() -> KeySource.httpHeader("a b")).hasMessageStartingWith("header: \"a b\"");
    assertThatThrownBy(() -> KeySource.httpCookie("")).hasMessageStartingWith("cookie: \"\"");
    assertThatThrownBy(() -> KeySource.proxyTlv(256)).hasMessageContaining("0..255");
  }
}
