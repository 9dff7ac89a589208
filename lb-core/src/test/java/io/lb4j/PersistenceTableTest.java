package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The records as the host sees them. */
class PersistenceTableTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);
  private static final FlowKey ALICE = FlowKey.of("alice");
  private static final FlowKey BOB = FlowKey.of("bob");

  private final SteppedClock clock = new SteppedClock();
  private final Pool pool =
      Pool.builder("web")
          .member("10.0.0.1", 80)
          .member("2001:db8::1", 8080)
          .member("db.internal", 5432)
          .member(MemberSpec.of(ServiceAddress.unix(Path.of("/run/a b%c\n\u00e4.sock"))))
          .build();
  private final PoolMember a = pool.members().get(0);
  private final PoolMember b = pool.members().get(1);
  private final PersistenceTable table = table(1000);

  private PersistenceTable table(int maxEntries) {
    PersistencePolicy policy = PersistencePolicy.sourceAddress(TIMEOUT).maxEntries(maxEntries);
    PersistenceCounters counters = new PersistenceCounters();
    return new PersistenceTable(pool, new PersistenceEntries(policy, clock, counters), counters);
  }

  private static String exported(PersistenceTable table) throws IOException {
    StringBuilder out = new StringBuilder();
    table.exportTo(out);
    return out.toString();
  }

  private static PersistenceImport imported(PersistenceTable table, String... lines)
      throws IOException {
    return table.importFrom(
        new StringReader(PersistenceText.HEADING + '\n' + String.join("\n", lines)));
  }

  @Test
  void recordsAreFoundPutRemovedAndListed() {
    table.put(ALICE, a);
    table.put(BOB, b);
    clock.step(Duration.ofSeconds(10));

    assertThat(table.find(ALICE)).hasToString("Optional[alice -> web/10.0.0.1:80 for 2m50s]");
    assertThat(table.find(FlowKey.of("carol"))).isEmpty();
    assertThat(table).extracting(PersistenceRecord::key).containsExactlyInAnyOrder(ALICE, BOB);
    assertThat(table.remove(ALICE)).isTrue();
    assertThat(table.remove(ALICE)).isFalse();
    assertThat(table.stream()).extracting(PersistenceRecord::member).containsExactly(b);
    assertThat(table).hasToString("1 records, 0 hits, 0 misses, 2 made, 0 expired, 0 evicted");
    table.clear();
    assertThat(table.size()).isZero();
  }

  @Test
  void lookingIsNoUse() {
    table.put(ALICE, a);
    clock.step(TIMEOUT.minusSeconds(1));
    table.find(ALICE);
    table.iterator().next();
    clock.step(Duration.ofSeconds(1));

    assertThat(table.find(ALICE)).isEmpty();
    assertThat(table).isEmpty();
    assertThat(table.counters().misses()).isZero();
  }

  @Test
  void aMemberOfNoOrAnotherPoolCannotBePut() {
    Pool other = Pool.builder("other").member("10.0.0.1", 80).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> table.put(ALICE, other.members().get(0)))
        .withMessage("member: other/10.0.0.1:80 (expected: a member of pool web)");
    pool.remove(a);
    assertThatIllegalArgumentException().isThrownBy(() -> table.put(ALICE, a));
  }

  // ---- export and import

  @Test
  void everyKindOfKeyAndAddressIsWrittenInItsOwnWay() throws IOException {
    Map<FlowKey, String> lines = new HashMap<>();
    lines.put(FlowKey.of("abc=1"), "text:abc=1 180000 10.0.0.1:80");
    lines.put(FlowKey.of("a b"), "hex:612062 180000 10.0.0.1:80");
    lines.put(FlowKey.of("\u00e4"), "hex:c3a4 180000 10.0.0.1:80");
    lines.put(FlowKey.ofOctets(new byte[] {0, -1}), "hex:00ff 180000 10.0.0.1:80");
    lines.put(ip("10.1.2.3", 32), "ip:10.1.2.3 180000 10.0.0.1:80");
    lines.put(ip("10.1.2.3", 24), "ip:10.1.2.0/24 180000 10.0.0.1:80");
    lines.put(ip("10.1.2.3", 0), "ip:0.0.0.0/0 180000 10.0.0.1:80");
    lines.put(ip("2001:db8::1", 128), "ip:2001:db8:0:0:0:0:0:1 180000 10.0.0.1:80");
    lines.put(ip("2001:db8:1::1", 33), "ip:2001:db8:0:0:0:0:0:0/33 180000 10.0.0.1:80");
    lines.forEach(
        (key, line) -> {
          table.clear();
          table.put(key, a);
          try {
            assertThat(exported(table)).isEqualTo("lb4j-persistence 1\n" + line + "\n");
            table.clear();
            assertThat(imported(table, line).taken()).isEqualTo(1);
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
          assertThat(table).extracting(PersistenceRecord::key).containsExactly(key);
        });
    table.clear();
    table.put(ALICE, pool.members().get(3));
    assertThat(exported(table)).endsWith("text:alice 180000 unix:/run/a%20b%25c%0a%c3%a4.sock\n");
  }

  private static FlowKey ip(String literal, int bits) {
    return AddressKey.of(StubFlow.inet(literal, 0).getAddress(), bits, bits);
  }

  @Test
  void whateverIsExportedIsImportedAgain() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<FlowKey, PersistenceRecord> before = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      table.put(anyKey(random), pool.members().get(random.nextInt(4)));
      clock.step(Duration.ofMillis(random.nextInt(300)));
    }
    table.forEach(line -> before.put(line.key(), line));
    PersistenceTable copy = table(1000);
    PersistenceImport result = copy.importFrom(new StringReader(exported(table)));

    assertThat(result.taken()).as("seed %d", seed).isEqualTo(before.size());
    assertThat(result.reasons()).as("seed %d", seed).isEmpty();
    assertThat(copy.size()).isEqualTo(before.size());
    before.forEach(
        (key, expected) -> {
          PersistenceRecord found = copy.find(key).orElseThrow();
          assertThat(found.member()).as("%s, seed %d", key, seed).isSameAs(expected.member());
          assertThat(found.left().minus(expected.left()))
              .as("rounding of %s, seed %d", key, seed)
              .isBetween(Duration.ZERO, Duration.ofMillis(1));
        });
  }

  private static FlowKey anyKey(Random random) {
    try {
      byte[] octets = new byte[1 + random.nextInt(40)];
      random.nextBytes(octets);
      byte[] address = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(address);
      return switch (random.nextInt(3)) {
        case 0 -> FlowKey.ofOctets(octets);
        case 1 -> FlowKey.of(Long.toString(random.nextLong(), 36));
        default ->
            AddressKey.of(
                InetAddress.getByAddress(address), random.nextInt(33), random.nextInt(129));
      };
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Test
  void theLongestKeyIsImportedAgain() throws IOException {
    table.put(FlowKey.ofOctets(new byte[FlowKey.MAX_OCTETS]), a);
    PersistenceTable copy = table(10);

    assertThat(copy.importFrom(new StringReader(exported(table))).taken()).isEqualTo(1);
  }

  @Test
  void anImportedRecordLivesOnFromWhereItWas() throws IOException {
    table.put(ALICE, a);
    clock.step(TIMEOUT.minusSeconds(5));
    PersistenceTable copy = table(10);
    copy.importFrom(new StringReader(exported(table)));
    assertThat(copy.find(ALICE).orElseThrow().left()).isEqualTo(Duration.ofSeconds(5));
    clock.step(Duration.ofSeconds(5));

    assertThat(copy.find(ALICE)).isEmpty();
  }

  @Test
  void noImportedRecordLivesLongerThanTheTableSays() throws IOException {
    imported(table, "text:alice 999999999 10.0.0.1:80");

    assertThat(table.find(ALICE).orElseThrow().left()).isEqualTo(TIMEOUT);
  }

  @Test
  void theRecordWithMoreOfItsLifeLeftStays() throws IOException {
    table.put(ALICE, a);
    table.put(BOB, a);
    clock.step(Duration.ofSeconds(60));
    imported(table, "text:alice 119999 [2001:db8::1]:8080", "text:bob 120001 [2001:db8::1]:8080");

    assertThat(table.find(ALICE).orElseThrow().member()).isSameAs(a);
    assertThat(table.find(BOB).orElseThrow().member()).isSameAs(b);
  }

  @Test
  void anImportKeepsTheBound() throws IOException {
    StringBuilder lines = new StringBuilder(PersistenceText.HEADING).append('\n');
    for (int i = 0; i < 5000; i++) {
      lines.append("text:client").append(i).append(" 1000 10.0.0.1:80\n");
    }
    table.importFrom(new StringReader(lines.toString()));

    assertThat(table.size()).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text:a 1 10.0.0.9:80    | member: 10.0.0.9:80 (expected: a member of pool web)",
        "text:a 1 nowhere        | address: nowhere (expected: host:port, [IPv6]:port or"
            + " unix:path)",
        "text:a 1 unix:%2        | address: unix:%2 (expected: printable ASCII, other octets",
        "text:a 1 unix:%         | address: unix:% (expected: printable ASCII, other octets as",
        "text:a 1 unix:\u00e4   | address: unix:\u00e4 (expected: printable ASCII, other",
        "text:a 1 unix:%gg       | ",
        "text:a 1 unix:%00       | ",
        "text:a 1                | line: 2 words (expected: KEY MILLISECONDS ADDRESS)",
        "text:a 1 10.0.0.1:80 x  | line: 4 words (expected: KEY MILLISECONDS ADDRESS)",
        "text:a -1 10.0.0.1:80   | milliseconds: -1 (expected: 0..315360000000)",
        "text:a 9999999999999999999 10.0.0.1:80 | milliseconds: 9999999999999999999 (expected:",
        "text: 1 10.0.0.1:80     | key octets: 0 (expected: 1..4096)",
        "cookie:a 1 10.0.0.1:80  | key: cookie:a (expected: ip:, text: or hex: and more)",
        "hex:0 1 10.0.0.1:80     | ",
        "hex:xy 1 10.0.0.1:80    | ",
        "ip:localhost 1 10.0.0.1:80 | key: localhost (expected: an IP address or network)",
        "ip: 1 10.0.0.1:80       | ",
        "ip:10.0.0.1/33 1 10.0.0.1:80 | prefix: 33 (expected: 0..32)",
        "ip:10.0.0.1/ 1 10.0.0.1:80 | prefix:  (expected: 0..32)",
      })
  void aLineThatCannotBeUsedIsReportedAndTheOthersAreTaken(String line, String reason)
      throws IOException {
    PersistenceImport result =
        imported(table, "text:alice 1 10.0.0.1:80", line, "text:bob 1 10.0.0.1:80");

    assertThat(result.taken()).isEqualTo(2);
    assertThat(result.leftOut()).isEqualTo(1);
    assertThat(result.reasons()).singleElement().asString().startsWith("line 3: ");
    if (reason != null) {
      assertThat(result.reasons().get(0)).startsWith("line 3: " + reason);
    }
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void aHugeLineTakesNoMemoryAndManyWrongOnesFewWords() throws IOException {
    StringBuilder lines = new StringBuilder(PersistenceText.HEADING).append('\n');
    lines.append("text:").append("x".repeat(2_000_000)).append(" 1 10.0.0.1:80\n");
    lines.append("\n".repeat(300));
    PersistenceImport result = table.importFrom(new StringReader(lines.toString()));

    assertThat(result.leftOut()).isEqualTo(301);
    assertThat(result.reasons())
        .hasSize(100)
        .first()
        .isEqualTo("line 2: line length: 16385 (expected: 1..16384)");
  }

  @ParameterizedTest
  @CsvSource({"''", "lb4j-persistence 2", "text:a 1 10.0.0.1:80", "'\nlb4j-persistence 1'"})
  void whatDoesNotBeginWithAKnownVersionIsRefused(String text) {
    assertThatThrownBy(() -> table.importFrom(new StringReader(text)))
        .isInstanceOf(IOException.class)
        .hasMessage("records do not begin with the line lb4j-persistence 1");
  }
}
