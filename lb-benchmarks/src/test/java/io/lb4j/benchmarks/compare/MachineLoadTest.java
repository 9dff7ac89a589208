package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineLoadTest {
  @Test
  void quietMachineIsFit() {
    assertThat(MachineLoad.warning("0.50 4.10 7.22 1/312 4711\n")).isEmpty();
  }

  @Test
  void warnsOfOtherWork() {
    assertThat(MachineLoad.warning("0.51 0.10 0.02 2/312 4711\n"))
        .get()
        .asString()
        .contains("load average 0.51");
  }
}
