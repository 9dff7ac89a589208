package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OpenFileLimitTest {
  private static final String HEAD = "Limit                     Soft Limit           Hard Limit";
  private static final String OTHER =
      "Max processes             127450               127450               processes ";

  @Test
  void softLimitHolds() {
    String files = "Max open files            1024                 524288               files     ";
    assertThat(OpenFileLimit.read(List.of(HEAD, OTHER, files))).hasValue(1024);
  }

  @Test
  void whereThereIsNoneNobodyKnowsOne() {
    String files = "Max open files            unlimited            unlimited            files     ";
    assertThat(OpenFileLimit.read(List.of(HEAD, OTHER, files))).isEmpty();
    assertThat(OpenFileLimit.read(List.of(HEAD, OTHER))).isEmpty();
  }
}
