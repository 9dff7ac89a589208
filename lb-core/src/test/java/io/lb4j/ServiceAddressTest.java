package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:80",
        "10.0.0.1:0",
        "[::1]:65535",
        "[2001:db8::1]:443",
        "[::ffff:10.0.0.1]:80",
        "my-service.svc.cluster.local:8080",
        "under_score:1",
        "1a:1",
        "unix:/run/app.sock",
        "unix:app.sock",
        "unix:/a b/c:d:1",
        "unix:80",
      })
  void whatIsPrintedIsWhatWasParsed(String text) {
    assertThat(ServiceAddress.parse(text)).hasToString(text);
  }

  @Property
  void namesRoundTrip(@ForAll("names") String host, @ForAll("ports") int port) {
    assertRoundTrip(ServiceAddress.of(host, port));
  }

  @Property
  void ipv4LiteralsRoundTrip(@ForAll @Size(4) byte[] bytes, @ForAll("ports") int port)
      throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(bytes);
    ServiceAddress service = ServiceAddress.of(address.getHostAddress(), port);

    assertRoundTrip(service);
    assertThat(service.withoutResolving()).contains(new InetSocketAddress(address, port));
  }

  @Property
  void ipv6LiteralsRoundTrip(@ForAll @Size(16) byte[] bytes, @ForAll("ports") int port)
      throws UnknownHostException {
    InetAddress address = InetAddress.getByAddress(bytes);
    ServiceAddress service = ServiceAddress.of(address.getHostAddress(), port);

    assertRoundTrip(service);
    assertThat(service.withoutResolving()).contains(new InetSocketAddress(address, port));
  }

  @Property
  void pathsRoundTrip(@ForAll("paths") String path) {
    ServiceAddress service = ServiceAddress.unix(Path.of(path));

    assertRoundTrip(service);
    assertThat(service.path()).contains(Path.of(path));
  }

  private static void assertRoundTrip(ServiceAddress address) {
    ServiceAddress again = ServiceAddress.parse(address.toString());

    assertThat(again).isEqualTo(address).hasSameHashCodeAs(address).hasToString(address.toString());
    assertThat(again.host()).isEqualTo(address.host());
    assertThat(again.port()).isEqualTo(address.port());
    assertThat(again.withoutResolving()).isEqualTo(address.withoutResolving());
  }

  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> first = Arbitraries.strings().withCharRange('a', 'z').ofLength(1);
    Arbitrary<String> rest =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withCharRange('A', 'Z')
            .withCharRange('0', '9')
            .withChars('-', '.', '_')
            .ofMaxLength(60);
    return Combinators.combine(first, rest).as((a, b) -> a + b);
  }

  @Provide
  Arbitrary<Integer> ports() {
    return Arbitraries.integers().between(0, 65_535);
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.strings()
        .ascii()
        .excludeChars('\0')
        .ofMinLength(1)
        .ofMaxLength(80)
        .filter(text -> !Path.of(text).toString().isEmpty());
  }

  /** A host may be called like the prefix of UNIX-domain addresses. */
  @Test
  void aHostCalledUnixRoundTrips() {
    assertRoundTrip(ServiceAddress.of("unix", 80));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:",
        ":80",
        ":",
        "localhost:x",
        "localhost:-1",
        "localhost:+1",
        "localhost: 80",
        "localhost:80 ",
        "localhost:8O",
        "localhost:123456",
        "localhost:00000000080",
        "::1",
        "::1:80",
        "2001:db8::1:80",
        "[::1]",
        "[::1]80",
        "[::1:80",
        "a:b:80",
        "unix:",
        "[]:80",
        "10.0.0.1:\u0668\u0660",
      })
  void aTextThatIsNoAddressIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceAddress.parse(text))
        .withMessageMatching("(?s)(address|host): .*\\(expected: .*\\)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a\tb",
        "a\nb",
        "a/b",
        "http://a",
        "a]",
        "[a",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.256",
        "1.1.1.999",
        "1..2.3",
        ".1.2.3",
        "1.2.3.",
        "123",
        "1:2",
        ":::",
        "::1::",
        "1:2:3:4:5:6:7:8:9",
        "::fffff",
        "::1.2.3",
        "::ffff:1.2.3.256",
        "example.com:80",
        "[::1",
        "::1]",
        "[]",
        "[[::1]]",
        "[10.0.0.1",
      })
  void aHostThatIsNoneIsRefused(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceAddress.of(host, 80))
        .withMessageMatching("(?s)host: .*\\(expected: .*\\)");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65_536, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aPortThatIsNoneIsRefused(int port) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceAddress.of("a", port))
        .withMessage("port: " + port + " (expected: 0..65535)");
  }

  @Test
  void aPortThatIsNoneIsRefusedInATextToo() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceAddress.parse("a:65536"))
        .withMessage("port: 65536 (expected: 0..65535)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:a\0b", "unix:\0"})
  void aPathThatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> ServiceAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEmptyPathIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ServiceAddress.unix(Path.of("")))
        .withMessage("path: \"\" (expected: not blank)");
  }

  @Property
  void anyTextIsParsedOrRefusedAndNothingElse(@ForAll String text) {
    ServiceAddress parsed;
    try {
      parsed = ServiceAddress.parse(text);
    } catch (IllegalArgumentException refused) {
      return;
    }
    assertRoundTrip(parsed);
  }

  @Property
  void anyTextOfAddressLettersIsParsedOrRefused(@ForAll("addressLetters") String text) {
    ServiceAddress parsed;
    try {
      parsed = ServiceAddress.parse(text);
    } catch (IllegalArgumentException refused) {
      return;
    }
    assertRoundTrip(parsed);
  }

  @Provide
  Arbitrary<String> addressLetters() {
    return Arbitraries.strings().withChars("0127fA.:[]").ofMaxLength(14);
  }

  @ParameterizedTest
  @CsvSource({
    "EXAMPLE.com, example.com",
    "[::1], ::1",
    "2001:DB8::A, 2001:db8::a",
    "10.0.0.1, 10.0.0.1"
  })
  void hostsAreKeptInLowerCaseWithoutBrackets(String given, String host) {
    assertThat(ServiceAddress.of(given, 80).host()).isEqualTo(host);
    assertThat(ServiceAddress.of(given, 80)).isEqualTo(ServiceAddress.of(host, 80));
  }

  @Test
  void theHostsLocaleDoesNotMatter() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(ServiceAddress.of("INDIA", 80).host()).isEqualTo("india");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void onlyNamesNeedAResolver() {
    assertThat(ServiceAddress.of("example.com", 80).withoutResolving()).isEmpty();
    assertThat(ServiceAddress.of("10.0.0.1", 80).withoutResolving())
        .contains(StubFlow.inet("10.0.0.1", 80));
    assertThat(ServiceAddress.of("::1", 80).withoutResolving().orElseThrow())
        .isInstanceOfSatisfying(
            InetSocketAddress.class,
            inet -> assertThat(inet.getAddress()).isInstanceOf(Inet6Address.class));
    assertThat(ServiceAddress.unix(Path.of("a.sock")).withoutResolving())
        .contains(UnixDomainSocketAddress.of("a.sock"));
  }

  @Property(tries = 200)
  void addressesDifferWhenHostOrPortDo(
      @ForAll("names") String host,
      @ForAll("names") String other,
      @ForAll @IntRange(max = 65_534) int port) {
    ServiceAddress address = ServiceAddress.of(host, port);

    assertThat(address).isNotEqualTo(ServiceAddress.of(host, port + 1));
    assertThat(address.equals(ServiceAddress.of(other, port)))
        .isEqualTo(host.equalsIgnoreCase(other));
  }

  @Test
  void aPathIsNoHost() {
    ServiceAddress unix = ServiceAddress.unix(Path.of("a.sock"));

    assertThat(unix.host()).isEmpty();
    assertThat(unix.port()).isZero();
    assertThat(unix).isNotEqualTo(ServiceAddress.of("a.sock", 0));
    assertThat(unix).isEqualTo(ServiceAddress.parse("unix:a.sock"));
  }
}
