package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessPolicyTest {
  @Test
  void everySettingIsACopyAndListsGrow() {
    AccessPolicy office = AccessPolicy.open().allow("10.0.0.0/8");
    AccessPolicy more = office.allow("::1").deny("10.6.0.0/16", "10.7.0.1").deny(List.of());

    assertThat(AccessPolicy.open().allowed()).isEmpty();
    assertThat(office.allowed()).containsExactly("10.0.0.0/8");
    assertThat(more.allowed()).containsExactly("10.0.0.0/8", "0:0:0:0:0:0:0:1");
    assertThat(more.denied()).containsExactly("10.6.0.0/16", "10.7.0.1");
    assertThat(more.isDryRun()).isFalse();
    assertThat(more.dryRun(true).isDryRun()).isTrue();
    assertThat(more.dryRun(true).dryRun(false).isDryRun()).isFalse();
  }

  @Test
  void openIsWhateverRefusesNobody() {
    assertThat(AccessPolicy.open().isOpen()).isTrue();
    assertThat(AccessPolicy.open().dryRun(true).maxClients(5).isOpen()).isTrue();
    assertThat(AccessPolicy.open().allow("::/0").isOpen()).isFalse();
    assertThat(AccessPolicy.open().deny("::/0").isOpen()).isFalse();
    assertThat(AccessPolicy.open().admission(flow -> true).isOpen()).isFalse();
    assertThat(AccessPolicy.open().maxFlowsPerClient(1).isOpen()).isFalse();
    assertThat(AccessPolicy.open().flowsPerSecondPerClient(1).isOpen()).isFalse();
  }

  @Test
  void saysWhatItDoes() {
    assertThat(AccessPolicy.open()).hasToString("open");
    assertThat(
            AccessPolicy.open()
                .allow("10.0.0.0/8", "::1")
                .deny("10.1.2.3")
                .maxFlowsPerClient(20)
                .flowsPerSecondPerClient(5)
                .clientKey(KeySource.sourceAddress())
                .admission(flow -> true)
                .dryRun(true))
        .hasToString(
            "allow 2 networks, deny 1 networks, at most 20 flows by source address,"
                + " at most 5 new flows/s by source address, admission, dry run");
  }

  @Test
  void aMillionNetworksAreTheMost() {
    List<String> million = Collections.nCopies(1_000_000, "10.0.0.0/8");
    AccessPolicy full = AccessPolicy.open().deny(million);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> full.deny("::1"))
        .withMessage("deny networks: 1000001 (expected: 0..1000000)");
    assertThat(full.allow("::1").allowed()).hasSize(1);
  }
}
