package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProcessorsTest {
  private static final Optional<Path> TASKSET = Optional.of(Path.of("/usr/bin/taskset"));

  @Test
  void readsWhatIsAllowed() {
    String status = "Name:\tjava\nCpus_allowed:\t10f\nCpus_allowed_list:\t0-3,8\n";

    assertThat(Processors.allowed(status)).containsExactly(0, 1, 2, 3, 8);
  }

  @Test
  void pinsToTheFirstTwo() {
    Processors processors = new Processors(List.of(2, 5, 6), TASKSET);

    assertThat(processors.warning()).isEmpty();
    assertThat(processors.forProxy(1)).containsExactly("/usr/bin/taskset", "-c", "2");
    assertThat(processors.forProxy(2)).endsWith("-c", "2,5");
    assertThat(processors.forProxy(9)).endsWith("-c", "2,5,6");
    assertThat(processors.forLoad()).containsExactly("/usr/bin/taskset", "-c", "5");
  }

  @Test
  void warnsOfOneProcessor() {
    Processors processors = new Processors(List.of(0), TASKSET);

    assertThat(processors.warning()).get().asString().contains("mean little");
    assertThat(processors.forProxy(1)).isEmpty();
    assertThat(processors.forLoad()).isEmpty();
  }

  @Test
  void goesOnWithoutTaskset() {
    Processors processors = new Processors(List.of(0, 1), Optional.empty());

    assertThat(processors.warning()).get().asString().contains("taskset");
    assertThat(processors.forLoad()).isEmpty();
  }
}
