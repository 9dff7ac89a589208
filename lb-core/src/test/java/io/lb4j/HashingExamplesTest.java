package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples in docs/hashing.md are true. They were reckoned by a program of its own, from the
 * published functions: who changes them sends the clients of every running balancer elsewhere.
 */
class HashingExamplesTest {
  private static final Pattern MEMBER = Pattern.compile("`([^`]+)` (\\d+)");
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9a-f]*:[0-9a-f:]*");

  /** One line of the table. */
  record Example(
      String key, String hash, String maglev, String ring, String ketama, String rendezvous) {}

  private static List<String> lines() throws IOException {
    return Files.readAllLines(Path.of("..", "docs", "hashing.md"));
  }

  static Stream<Example> examples() throws IOException {
    return lines().stream()
        .filter(line -> line.matches("\\| `[^`]+` \\| `[0-9a-f]{16}` \\|.*"))
        .map(line -> line.replace("`", "").split("\\|", -1))
        .map(cells -> Arrays.stream(cells).map(String::strip).toArray(String[]::new))
        .map(c -> new Example(c[1], c[2], c[3], c[4], c[5], c[6]));
  }

  private static Pool pool() throws IOException {
    Pool.Builder pool = Pool.builder("examples");
    String members =
        lines().stream().filter(line -> line.startsWith("Members and")).findFirst().orElseThrow();
    Matcher member = MEMBER.matcher(members);
    while (member.find()) {
      ServiceAddress address = ServiceAddress.parse(member.group(1));
      pool.member(MemberSpec.of(address).weight(Integer.parseInt(member.group(2))));
    }
    return pool.build();
  }

  private static FlowKey key(String text) throws IOException {
    return LITERAL.matcher(text).matches()
        ? FlowKey.of(InetAddress.getByName(text))
        : FlowKey.of(text);
  }

  /** Members by name are not resolved here, so not available; the placement does not mind. */
  private static String choice(HashPlacement placement, FlowKey key, KeyHash hash)
      throws IOException {
    FlowHash fixed =
        new FlowHash() {
          @Override
          public boolean isPresent(Flow flow) {
            return true;
          }

          @Override
          public long of(Flow flow) {
            return BuiltInHash.of(key, hash);
          }
        };
    Chooser chooser = placement.over(pool().members(), fixed, LoadCap.NO_FACTOR);
    return chooser.choose(new StubFlow()).address().toString();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theDocumentTellsTheTruth(Example example) throws IOException {
    FlowKey key = key(example.key());
    KeyHash xx = KeyHash.xxHash64();
    HashPlacement ring = new HashPlacement.Ring(HashStrategy.POINTS_PER_WEIGHT);
    HashPlacement maglev = new HashPlacement.Maglev(HashStrategy.SLOTS);

    assertThat(String.format("%016x", xx.hash(key.octets()))).isEqualTo(example.hash());
    assertThat(choice(maglev, key, xx)).as("maglev").isEqualTo(example.maglev());
    assertThat(choice(ring, key, xx)).as("ringHash").isEqualTo(example.ring());
    assertThat(choice(ring, key, KeyHash.ketama())).as("ketama").isEqualTo(example.ketama());
    assertThat(choice(new HashPlacement.HighestScore(), key, xx))
        .as("rendezvous")
        .isEqualTo(example.rendezvous());
  }

  @Test
  void thereAreExamples() throws IOException {
    assertThat(examples()).hasSizeGreaterThan(10);
  }
}
