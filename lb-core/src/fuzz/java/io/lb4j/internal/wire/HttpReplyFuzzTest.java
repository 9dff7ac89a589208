package io.lb4j.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Looks for bytes that {@link Targets#httpReply} does not hold of. */
class HttpReplyFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void httpReply(byte[] stream) {
    Targets.httpReply(stream);
  }
}
