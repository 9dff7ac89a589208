package io.lb4j.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Looks for bytes that {@link Targets#tlsHello} does not hold of. */
class TlsHelloFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void tlsHello(byte[] stream) {
    Targets.tlsHello(stream);
  }
}
