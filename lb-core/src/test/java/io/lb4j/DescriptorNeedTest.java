package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DescriptorNeedTest {
  private final VirtualServerDraft draft = new VirtualServerDraft("edge");

  DescriptorNeedTest() {
    draft.maxFlows = Optional.of(100);
  }

  @Test
  void connectionNeedsTwo() {
    assertThat(DescriptorNeed.shortage(draft, OptionalLong.of(200))).isEmpty();
    assertThat(DescriptorNeed.shortage(draft, OptionalLong.of(199)))
        .contains(
            "virtual server edge: maxFlows 100 needs 200 descriptors,"
                + " the process may open 199 (ulimit -n): then accepting pauses");
  }

  @Test
  void sessionNeedsOne() {
    draft.udp = Optional.of(UdpPolicy.defaults());
    assertThat(DescriptorNeed.shortage(draft, OptionalLong.of(100))).isEmpty();
    assertThat(DescriptorNeed.shortage(draft, OptionalLong.of(99)))
        .contains(
            "virtual server edge: maxFlows 100 needs 100 descriptors,"
                + " the process may open 99 (ulimit -n): then the oldest sessions make room");
  }

  @Test
  void mostFlowsDoNotOverflow() {
    draft.maxFlows = Optional.of(Integer.MAX_VALUE);
    assertThat(DescriptorNeed.shortage(draft, OptionalLong.of(Integer.MAX_VALUE))).isPresent();
  }

  @Test
  void nothingIsSaidWhereTheLimitIsNotKnown() {
    assertThat(DescriptorNeed.shortage(draft, OptionalLong.empty())).isEmpty();
  }
}
