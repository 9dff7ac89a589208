package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTest {
  @Test
  void comparesWithinRounds() {
    Result result = Figures.disturbed(Workload.SHORT);

    assertThat(result.cost("lb4j")).isEqualTo(9);
    assertThat(result.bestPeer()).hasValue("haproxy");
    assertThat(result.ratio("lb4j").orElseThrow()).isEqualTo(0.75, within(1e-9)); // of 0.5 1.1 0.75
    assertThat(result.ratio("haproxy").orElseThrow()).isEqualTo(1);
    assertThat(result.ratio("haproxy-splice").orElseThrow()).isEqualTo(2);
    assertThat(result.errors("lb4j")).isEqualTo(3);
  }

  @Test
  void takesTheMiddleOfAnEvenNumber() {
    assertThat(Figures.alone(Workload.ECHO).cost("lb4j")).isEqualTo(6);
  }

  @Test
  void lb4jIsNoPeer() {
    Result result = Figures.alone(Workload.ECHO);

    assertThat(result.bestPeer()).isEmpty();
    assertThat(result.ratio("lb4j")).isEmpty();
  }

  @Test
  void lb4jOnAnotherTransportIsNoPeerEither() {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    samples.put("nginx", Figures.costs(4, 4));
    samples.put("lb4j", Figures.costs(2, 2));
    samples.put("lb4j-nio", Figures.costs(3, 3));
    Result result = new Result(Workload.UDP_ECHO, samples);

    assertThat(result.bestPeer()).hasValue("nginx");
    assertThat(result.ratio("lb4j-nio").orElseThrow()).isEqualTo(0.75);
  }

  @Test
  void leavesOutWhatDidNoWorkOrCostNothing() {
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    samples.put("haproxy", Figures.costs(Double.NaN, Double.NaN));
    samples.put("nginx", Figures.costs(0, 4));
    samples.put("lb4j", Figures.costs(5, 6));
    Result result = new Result(Workload.UPLOAD, samples);

    assertThat(result.bestPeer()).hasValue("nginx");
    assertThat(result.cost("haproxy")).isNaN();
    assertThat(result.ratio("haproxy")).isEmpty();
    assertThat(result.ratio("lb4j").orElseThrow()).isEqualTo(1.5);
  }

  @Test
  void costIsForAUnitOfWork() {
    LoadFigures load = new LoadFigures(1000, 2_000_000_000, 0, 20, 1, 0, 0);

    assertThat(Workload.SHORT.cost(0.5, load)).isEqualTo(500);
    assertThat(Workload.ECHO.cost(0.5, load)).isEqualTo(500);
    assertThat(Workload.UDP_ECHO.cost(0.5, load)).isEqualTo(500);
    assertThat(Workload.UDP_SHORT.cost(0.5, load)).isEqualTo(500);
    assertThat(Workload.UPLOAD.cost(0.5, load)).isEqualTo(0.25);
    assertThat(Workload.DOWNLOAD.cost(0.5, load)).isEqualTo(0.25);
    assertThat(Workload.IDLE.cost(40_000, load)).isEqualTo(2000);
    assertThat(Workload.SHORT.cost(1, new LoadFigures(0, 0, 9, 0, 1, 0, 0))).isNaN();
  }
}
