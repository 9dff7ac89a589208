package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void showsCostRatioAndLoad() {
    assertThat(Report.of(Figures.disturbed(Workload.SHORT)))
        .isEqualTo(
            """
            short, median of 3 rounds, less is better; best peer: haproxy

            | proxy          | us per flow | ratio | per second | p50 us | p99 us | errors |
            | -------------- | ----------: | ----: | ---------: | -----: | -----: | -----: |
            | haproxy        |        12.0 |  1.00 |       2000 |      2 |     99 |      3 |
            | haproxy-splice |        24.0 |  2.00 |       2000 |      2 |     99 |      3 |
            | lb4j           |        9.00 |  0.75 |       2000 |      2 |     99 |      3 |\
            """);
  }

  @Test
  void aDatagramThatGoesMissingIsLost() {
    assertThat(Report.of(Figures.disturbed(Workload.UDP_SHORT)))
        .contains("udp-short, median of 3 rounds")
        .contains(
            "| proxy          | us per round trip | ratio | per second | p50 us | p99 us | lost |")
        .contains(
            "| lb4j           |              9.00 |  0.75 |       2000 |      2 |     99 |    3 |");
  }

  @Test
  void showsThroughputOfBulk() {
    assertThat(Report.of(Figures.disturbed(Workload.UPLOAD)))
        .contains("| proxy          | s per GB | ratio | MB/s | errors |")
        .contains("| lb4j           |     9.00 |  0.75 |    4 |      3 |");
  }

  @Test
  void showsLb4jWithoutPeers() {
    assertThat(Report.of(Figures.alone(Workload.IDLE)))
        .contains("no peer")
        .contains("| lb4j  |                 6.00 |     - |   20 |      2 |");
  }

  @Test
  void showsThatNothingWasDone() {
    Result nothing = new Result(Workload.ECHO, Map.of("lb4j", Figures.costs(Double.NaN)));

    assertThat(Report.of(nothing)).contains("one round").contains("| lb4j  |                 - |");
  }

  @Test
  void jsonHasEveryRound() {
    String json = Json.of(List.of(Figures.disturbed(Workload.ECHO), Figures.alone(Workload.IDLE)));

    assertThat(json).contains("\"echo\": {", "\"idle\": {", "\"haproxy-splice\": [");
    assertThat(json.split("\"cost\": ", -1)).hasSize(1 + 3 * 3 + 2);
    assertThat(json).contains("{\"cost\": 110.0, \"operations\": 1000, \"bytes\": 2000000,");
  }
}
