package io.lb4j.internal.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XxHash64Test {
  /** The buffer that xxHash's own sanity check hashes the first octets of. */
  private static byte[] sanityBuffer(int length) {
    byte[] buffer = new byte[length];
    long generator = 2_654_435_761L;
    for (int i = 0; i < length; i++) {
      buffer[i] = (byte) (generator >>> 56);
      generator *= 0x9E3779B185EBCA8DL;
    }
    return buffer;
  }

  /** From xxHash 0.8.2, the vectors of XXH64 in its sanity check; the lengths reach every path. */
  @ParameterizedTest
  @CsvSource({
    "0,    EF46DB3751D8E999, AC75FDA2929B17EF",
    "1,    E934A84ADB052768, 5014607643A9B4C3",
    "4,    9136A0DCA57457EE, CAAB286BD8E9FDB5",
    "8,    CDBCF538E71D1348, FE0C047A5353CDAC",
    "14,   8282DCC4994E35C8, C3BD6BF63DEB6DF0",
    "32,   18B216492BB44B70, B3F33BDF93ADE409",
    "33,   55C8DC3E578F5B59, E92C292F64BC3071",
    "100,  4BFE019CD91D9EA4, 4853706DC9625CAE",
    "222,  B641AE8CB691C174, 20CB8AB7AE10C14A",
    "4160, EEE6A4E2AC952A5E, A4CB59E19D6A35F9",
  })
  void agreesWithThePublishedVectors(int length, String ofSeedZero, String ofSeedPrime) {
    byte[] octets = sanityBuffer(length);

    assertThat(XxHash64.hash(octets, 0)).isEqualTo(Long.parseUnsignedLong(ofSeedZero, 16));
    assertThat(XxHash64.hash(octets, 2_654_435_761L))
        .isEqualTo(Long.parseUnsignedLong(ofSeedPrime, 16));
  }

  @Test
  void agreesOnTexts() {
    byte[] text = "test".getBytes(StandardCharsets.US_ASCII);
    assertThat(XxHash64.hash(text, 0)).isEqualTo(0x4fdcca5ddb678139L);
  }

  @Property
  void fourOctetsHashAsTheirArray(@ForAll int bits) {
    byte[] octets = ByteBuffer.allocate(4).putInt(bits).array();
    assertThat(XxHash64.ofInt(bits)).isEqualTo(XxHash64.hash(octets, 0));
  }

  @Property
  void sixteenOctetsHashAsTheirArray(@ForAll long first, @ForAll long second) {
    byte[] octets = ByteBuffer.allocate(16).putLong(first).putLong(second).array();
    assertThat(XxHash64.ofLongs(first, second)).isEqualTo(XxHash64.hash(octets, 0));
  }
}
