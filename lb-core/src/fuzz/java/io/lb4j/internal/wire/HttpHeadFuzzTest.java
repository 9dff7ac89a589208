package io.lb4j.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Looks for bytes that {@link Targets#httpHead} does not hold of. */
class HttpHeadFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void httpHead(byte[] stream) {
    Targets.httpHead(stream);
  }
}
