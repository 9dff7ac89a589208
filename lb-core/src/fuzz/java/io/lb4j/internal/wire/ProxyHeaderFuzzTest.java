package io.lb4j.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Looks for bytes that {@link Targets#proxyHeader} does not hold of. */
class ProxyHeaderFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void proxyHeader(byte[] stream) {
    Targets.proxyHeader(stream);
  }
}
