package io.lb4j.internal.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Looks for bytes that {@link Targets#dnsReply} does not hold of. */
class DnsReplyFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void dnsReply(byte[] stream) {
    Targets.dnsReply(stream);
  }
}
