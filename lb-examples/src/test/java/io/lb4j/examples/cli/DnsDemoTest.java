package io.lb4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.examples.dns.Dnsmasq;
import org.junit.jupiter.api.Test;

class DnsDemoTest {

  @Test
  void queriesGoOnWhenALittleServerIsKilled() {
    assertShown(Run.of("dns-demo", "--embedded"), "name servers: little ones");
  }

  @Test
  void queriesGoOnWhenDnsmasqIsKilled() {
    assumeTrue(Dnsmasq.program().isPresent(), "dnsmasq is not installed");

    assertShown(Run.of("dns-demo"), "name servers: " + Dnsmasq.program().get());
  }

  private static void assertShown(Run run, String servers) {
    assertThat(run.out())
        .containsSubsequence(
            servers,
            "virtual server 127.0.0.1:",
            "Queries take turns",
            "seen: answers of both",
            "server1 is killed, and queries go on",
            "seen: queries answered all the while, lost: ",
            "seen: server1 found down",
            "seen: server1 found up again",
            "seen: answers of both",
            " queries, ",
            "All of it was seen.");
    assertThat(run.out()).doesNotContain("NOT SEEN");
    assertThat(run.out().split("queries go on", 2)[1].split("seen:", 2)[0])
        .as("answers after the kill")
        .contains("2")
        .doesNotContain("1");
    assertThat(run.status()).isZero();
  }
}
