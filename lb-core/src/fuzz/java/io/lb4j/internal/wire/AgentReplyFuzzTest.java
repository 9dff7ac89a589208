package io.lb4j.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Looks for bytes that {@link Targets#agentReply} does not hold of. */
class AgentReplyFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void agentReply(byte[] stream) {
    Targets.agentReply(stream);
  }
}
