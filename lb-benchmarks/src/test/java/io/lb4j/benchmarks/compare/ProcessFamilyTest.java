package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessFamilyTest {
  private static final String AFTER_NAME =
      " S 1 4711 4711 0 -1 4194560 2000 3000 4 5 120 34 7 8 20 0 1 0 9999 1000000 250 18446744";

  @ParameterizedTest
  @ValueSource(strings = {"haproxy", "nginx: worker process", "a) S 1 (b", "(sd-pam)", ") 9 9"})
  void readsTimesAfterAnyName(String name) {
    assertThat(ProcessFamily.cpuTicks("4711 (" + name + ")" + AFTER_NAME + "\n")).isEqualTo(154);
  }

  @Test
  void readsTheTimeOnAProcessor() {
    assertThat(ProcessFamily.runNanos("123456789012 5 7\n")).isEqualTo(123_456_789_012L);
  }

  @Test
  void countsWhatEachThreadHasSpentSince() {
    CpuTimes before = new CpuTimes(Map.of(1L, 1_000_000_000L, 2L, 9_000_000_000L));
    CpuTimes after = new CpuTimes(Map.of(1L, 1_500_000_000L, 3L, 250_000_000L));

    assertThat(after.secondsSince(before)).as("2 has ended, 3 is new").isEqualTo(0.75);
  }

  @Test
  void readsResidentMemory() {
    String status = "Name:\tVmRSS: 1 kB\nVmHWM:\t    9000 kB\nVmRSS:\t    8192 kB\nThreads:\t1\n";

    assertThat(ProcessFamily.residentBytes(status)).isEqualTo(8192 * 1024);
  }

  @Test
  void aKernelThreadHasNoMemory() {
    assertThat(ProcessFamily.residentBytes("Name:\tkthreadd\nThreads:\t1\n")).isZero();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void readsThisProcess() throws IOException {
    ProcessFamily family = new ProcessFamily(ProcessHandle.current());

    assertThat(family.cpuTimes().secondsSince(new CpuTimes(Map.of()))).isPositive();
    assertThat(family.cpuTimes().nanosByThread()).containsKey(family.parent().pid());
    assertThat(family.residentBytes()).isPositive();
  }
}
