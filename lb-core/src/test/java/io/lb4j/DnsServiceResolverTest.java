package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SRV records as a DNS server sends them. */
@Timeout(20)
class DnsServiceResolverTest {
  private static final String WEB = "_http._tcp.example.com";

  private static List<ServiceRecord> ask(LittleDns dns) throws UnknownHostException {
    try (dns) {
      return new DnsServiceResolver(dns.url()).resolve(WEB);
    }
  }

  @Test
  void recordsAreReadAsTheyAre() throws Exception {
    assertThat(
            ask(
                new LittleDns(
                    LittleDns.NO_ERROR, "10 5 8080 a.example.com", "20 0 65535 b.example.com")))
        .containsExactlyInAnyOrder(
            new ServiceRecord("a.example.com", 8080, 10, 5),
            new ServiceRecord("b.example.com", 65_535, 20, 0));
  }

  @Test
  void noSuchNameNoRecordAndNoTargetSayThatThereIsNone() throws Exception {
    assertThat(ask(new LittleDns(LittleDns.NO_SUCH_NAME))).isEmpty();
    assertThat(ask(new LittleDns(LittleDns.NO_ERROR))).isEmpty();
    assertThat(ask(new LittleDns(LittleDns.NO_ERROR, "0 0 0 ."))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {LittleDns.SERVER_FAILURE, LittleDns.REFUSED})
  void aServerThatFailsHasSaidNothing(int code) {
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> ask(new LittleDns(code)))
        .withMessageStartingWith(WEB + ": ")
        .withMessageContaining("response code " + code);
  }

  @Test
  void aRecordThatCannotBeUsedIsNoAnswer() {
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> ask(new LittleDns(LittleDns.NO_ERROR, "0 0 0 a.example.com")))
        .withMessage(WEB + ": port: 0 (expected: 1..65535)");
  }

  @Test
  void aServerThatIsNotThereIsToldInWords() {
    LittleDns dns = new LittleDns(LittleDns.NO_ERROR);
    dns.close();

    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> new DnsServiceResolver(dns.url()).resolve(WEB))
        .withMessageStartingWith(WEB + ": ");
  }
}
