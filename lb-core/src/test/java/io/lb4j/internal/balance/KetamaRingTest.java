package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KetamaRingTest {
  /** The servers of libketama's example; they share 40 digests for each server by memory. */
  private static final int[] MEMORY = {600, 300, 200, 350, 1000, 800, 950, 100};

  private static KetamaRing publishedRing() {
    List<String> names = IntStream.rangeClosed(1, 8).mapToObj(i -> "10.0.1." + i).toList();
    int all = Arrays.stream(MEMORY).sum();
    int[] digests = Arrays.stream(MEMORY).map(memory -> memory * 40 * 8 / all).toArray();
    return KetamaRing.of(names, digests);
  }

  private static long hash(String key) {
    return KetamaRing.hash(key.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * From libmemcached's tests of compatibility: key, its hash, point, server. It leaves memcached's
   * own port out of the names.
   */
  @ParameterizedTest
  @CsvSource({
    "SVa_]_V41),  443691461,  445379617,  7",
    "30C1*Z*S/_,  1473165754, 1480075959, 2",
    "ERR:EC58G>,  2148406511, 2168579133, 7",
    "1I=cTMNTKF,  2882686667, 2885206587, 5",
    "]VG<`I*Z8),  1103544263, 1104827657, 5",
    "UUTC`-V159,  3716288206, 3727224240, 5",
    "@7RU6C6T+Z,  3862737685, 3871917949, 5",
    "/XLN0@+36;,  1623269830, 1627683651, 1",
    "726bW=9*a4,  4213440020, 4213950705, 7",
    "P1[Ma3=K1/,  1989324036, 1994028240, 8",
    "C89I.-V?cT,  1604239957, 1606398093, 8",
    "XX1a9LT+F?,  653487707,  656410408,  5",
    "[>RZHG97Q9,  71954686,   72034069,   6",
    "M(@X^b[L:K,  3019630308, 3022260113, 1",
    "D[HE+cFXDK,  2117036136, 2117124014, 3",
    "EM75N0+[X1,  1558531507, 1559308507, 4",
    "7;RM+8J9YC,  1530175299, 1531107082, 7",
  })
  void agreesWithThePublishedVectors(String key, long hash, long point, int server) {
    KetamaRing ring = publishedRing();
    int slot = ring.slotOf(hash(key));

    assertThat(hash(key)).as("hash of %s", key).isEqualTo(hash);
    assertThat(ring.pointOf(slot)).as("point of %s", key).isEqualTo(point);
    assertThat(ring.ownerOf(slot)).as("server of %s", key).isEqualTo(server - 1);
  }

  /** From the same tests. */
  @Test
  void beyondTheLastPointComesTheFirst() {
    KetamaRing ring = publishedRing();

    assertThat(hash("VDEAAAAA"))
        .isEqualTo(0xfffcd1b5L)
        .isGreaterThan(ring.pointOf(ring.slots() - 1));
    assertThat(ring.slotOf(hash("VDEAAAAA"))).isZero();
  }

  @Test
  void aHashOnAPointBelongsToIt() {
    KetamaRing ring = publishedRing();
    for (int slot = 0; slot < ring.slots(); slot++) {
      assertThat(ring.slotOf(ring.pointOf(slot))).isEqualTo(slot);
      assertThat(ring.slotOf(ring.pointOf(slot) + 1)).isEqualTo((slot + 1) % ring.slots());
    }
  }

  @Test
  void pointsGrowWithTheWeight() {
    assertThat(KetamaRing.digests(new int[] {100, 200, 25, 0, 1}, 100, 40))
        .containsExactly(40, 80, 10, 0, 1);
    assertThat(KetamaRing.digests(new int[] {0, 0}, 100, 40)).containsExactly(40, 40);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 1000})
  void theLargestWeightsAreScaledDownInProportion(int count) {
    int[] weights = new int[count];
    Arrays.fill(weights, Integer.MAX_VALUE);
    weights[0] = Integer.MAX_VALUE / 2;
    weights[1] = 1;
    int[] digests = KetamaRing.digests(weights, 100, 1024);

    assertThat(digests[1]).isEqualTo(1);
    assertThat(Arrays.stream(digests).sum() * 4)
        .isCloseTo(KetamaRing.MAX_POINTS, within(count * 4));
    if (count > 2) {
      assertThat((double) digests[0] / digests[2]).isCloseTo(0.5, within(0.01));
    }
  }

  @Test
  void theOrderOfTheCandidatesDoesNotMatter() {
    List<String> names = List.of("a:1", "b:1", "c:1");
    KetamaRing ring = KetamaRing.of(names, new int[] {40, 80, 120});
    KetamaRing backwards = KetamaRing.of(List.of("c:1", "b:1", "a:1"), new int[] {120, 80, 40});

    for (int slot = 0; slot < ring.slots(); slot++) {
      assertThat(backwards.pointOf(slot)).isEqualTo(ring.pointOf(slot));
      assertThat(backwards.ownerOf(slot)).isEqualTo(2 - ring.ownerOf(slot));
    }
  }
}
