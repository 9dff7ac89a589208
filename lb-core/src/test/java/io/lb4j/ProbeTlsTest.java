package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Peer;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestKeys;
import io.lb4j.testing.TlsMember;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Probes over TLS, with certificates that are right, wrong, old or strange. */
@Timeout(60)
class ProbeTlsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private static TestKeys keys;

  @RegisterExtension final LeakCheck leaks = new LeakCheck();
  private ProbeBench bench;

  @BeforeAll
  static void makeKeys(@TempDir Path directory) throws Exception {
    keys = TestKeys.in(directory);
  }

  @BeforeEach
  void open() throws IOException {
    bench = leaks.own(new ProbeBench());
  }

  private TlsMember good(String reply) throws Exception {
    return leaks.own(new TlsMember(keys.server("good"), reply));
  }

  /** Trusts the test's own authority. */
  private static ProbeTls trusting() throws Exception {
    return ProbeTls.verified().context(keys.trusting());
  }

  private String outcome(ProbeTls tls, TlsMember member) {
    Check check = HttpCheck.get("/health").body("ok").tls(tls).check();
    return bench.begin(check, ProbeBench.member(member.spec()), Duration.ofSeconds(10)).failure();
  }

  @Test
  void aTrustedCertificateWithTheRightNamePasses() throws Exception {
    TlsMember member = good(OK);

    assertThat(outcome(trusting().serverName("good.example"), member)).isEqualTo("PASSED");
    assertThat(member.askedFor()).containsExactly("good.example");
    assertThat(outcome(trusting().serverName("good.example"), member))
        .as("again")
        .isEqualTo("PASSED");
  }

  @Test
  void aNameThatTheCertificateDoesNotHaveFails() throws Exception {
    assertThat(outcome(trusting().serverName("other.example"), good(OK)))
        .startsWith("TLS: certificate refused (")
        .contains("other.example");
  }

  @Test
  void anAddressThatTheCertificateDoesNotHaveFails() throws Exception {
    TlsMember member = good(OK);

    assertThat(outcome(trusting(), member))
        .startsWith("TLS: certificate refused (")
        .contains("127.0.0.1");
    assertThat(outcome(trusting().withoutVerification(), member))
        .as("without the name")
        .isEqualTo("PASSED");
  }

  @Test
  void anUnknownAuthorityFailsUnlessNothingIsChecked() throws Exception {
    TlsMember member = good(OK);

    assertThat(outcome(ProbeTls.verified().serverName("good.example"), member))
        .startsWith("TLS: certificate not trusted (");
    assertThat(outcome(ProbeTls.verified().withoutVerification(), member)).isEqualTo("PASSED");
  }

  @Test
  void anExpiredCertificateFailsUnlessNothingIsChecked() throws Exception {
    TlsMember member = leaks.own(new TlsMember(keys.server("expired"), OK));

    assertThat(outcome(trusting().serverName("good.example"), member))
        .startsWith("TLS: certificate expired (NotAfter: ");
    assertThat(outcome(ProbeTls.verified().withoutVerification(), member)).isEqualTo("PASSED");
  }

  @Test
  void aMemberWithoutTlsFailsInWords() throws IOException {
    ScriptedMember plain = leaks.member(new Behaviour.ByHand());
    ScriptedMember closing = leaks.member(new Behaviour.CloseOnAccept());
    Check check = HttpCheck.get("/").tls(ProbeTls.verified()).check();
    ProbeBench.Probing probing = bench.begin(check, plain);
    plain.awaitFirst().send("SSH-2.0-OpenSSH_9.2\r\n");

    assertThat(probing.failure()).startsWith("TLS: ");
    assertThat(bench.begin(check, closing).failure())
        .isIn("TLS: closed in the handshake", "connection reset");
  }

  @Test
  void aSilentMemberTimesOutInTheHandshakeAndIsHungUp() throws IOException {
    ScriptedMember silent = leaks.member(new Behaviour.Discard());
    Check check = HttpCheck.get("/").tls(ProbeTls.verified()).check();
    PoolMember member = ProbeBench.member(silent.spec());

    assertThat(bench.begin(check, member, Duration.ofMillis(300)).failure())
        .isEqualTo("timed out in the TLS handshake");
    assertThat(silent.awaitFirst().awaitEnding()).isEqualTo(Peer.Ending.END);
  }

  @Test
  void aLongReplyIsCutAtItsBudget() throws Exception {
    Check check =
        ScriptCheck.create()
            .send("\r\n\r\n")
            .expect("never")
            .tls(trusting().serverName("good.example"))
            .check();
    PoolMember member = ProbeBench.member(good("x".repeat(1_000_000)).spec());

    assertThat(bench.begin(check, member, Duration.ofSeconds(10)).failure())
        .isEqualTo("no match for \"never\" within 16384 bytes");
  }

  // ---- many at once

  private static final int AT_ONCE = 200;

  /** Begins as many probes as there are, of these members in turn. */
  private List<ProbeBench.Probing> beginAll(Check check, List<MemberSpec> members, int count) {
    List<ProbeBench.Probing> probes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      PoolMember member = ProbeBench.member(members.get(i % members.size()));
      probes.add(bench.begin(check, member, Duration.ofSeconds(20)));
    }
    return probes;
  }

  @Test
  void hundredsOfHandshakesAtOnceAllPass() throws Exception {
    List<MemberSpec> members = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      members.add(good(OK).spec());
    }
    Check check = HttpCheck.get("/").tls(trusting().serverName("good.example")).check();

    assertThat(beginAll(check, members, AT_ONCE))
        .allSatisfy(probing -> assertThat(probing.failure()).isEqualTo("PASSED"));
  }

  /** What a member may say instead of its part of the handshake, and what is said of it. */
  private enum Nonsense {
    ALERT("15030300020228", "TLS: .*handshake_failure.*"),
    HALF_A_RECORD("160303400002", "TLS: closed in the handshake"),
    RECORD_TOO_LONG("160303ffff0000000000000000", "TLS: .+"),
    UNKNOWN_RECORD("ff030300020000", "TLS: .+"),
    ANCIENT_VERSION("16010000020000", "TLS: .+"),
    GARBAGE_INSIDE("1603030008fefefefefefefefe", "TLS: .+"),
    BINARY("fe".repeat(5000), "TLS: .+"),
    NOTHING("", "TLS: closed in the handshake");

    private final String hex;
    private final String words;

    Nonsense(String hex, String words) {
      this.hex = hex;
      this.words = words;
    }
  }

  @ParameterizedTest
  @EnumSource
  void membersThatTalkNonsenseAndHangUpAreReportedInWords(Nonsense said) throws Exception {
    Data reply = Data.of(HexFormat.of().parseHex(said.hex));
    MemberSpec closing = leaks.member(new Behaviour.HalfCloseAfter(reply)).spec();
    Check check = HttpCheck.get("/").tls(ProbeTls.verified()).check();

    assertThat(beginAll(check, List.of(closing), 20))
        .allSatisfy(probing -> assertThat(probing.failure()).matches(said.words));
  }

  @Test
  void membersThatResetInTheHandshakeAreReportedAndTheOthersPass() throws Exception {
    MemberSpec resets = leaks.member(new Behaviour.ResetAfter(100)).spec();
    byte[] begun = HexFormat.of().parseHex("160303400002");
    MemberSpec resetsLater = leaks.member(new Behaviour.ResetAfter(100, Data.of(begun))).spec();
    Check check = HttpCheck.get("/").tls(trusting().serverName("good.example")).check();

    List<ProbeBench.Probing> failing = beginAll(check, List.of(resets, resetsLater), 100);
    List<ProbeBench.Probing> passing = beginAll(check, List.of(good(OK).spec()), 20);

    assertThat(failing)
        .allSatisfy(probing -> assertThat(probing.failure()).isEqualTo("connection reset"));
    assertThat(passing).allSatisfy(probing -> assertThat(probing.failure()).isEqualTo("PASSED"));
  }

  @Test
  void handshakesThatAreGivenUpLeaveNothing() throws Exception {
    MemberSpec silent = leaks.member(new Behaviour.Discard()).spec();
    Check check = HttpCheck.get("/").tls(ProbeTls.verified()).check();
    List<ProbeBench.Probing> hanging = beginAll(check, List.of(silent), 100);
    hanging.forEach(ProbeBench.Probing::abort);

    assertThat(outcome(trusting().serverName("good.example"), good(OK))).isEqualTo("PASSED");
    assertThat(hanging).noneMatch(ProbeBench.Probing::hasReported);
  }
}
