package io.lb4j.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Looks for bytes that {@link Targets#setCookie} does not hold of. */
class SetCookieFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void setCookie(byte[] stream) {
    Targets.setCookie(stream);
  }
}
