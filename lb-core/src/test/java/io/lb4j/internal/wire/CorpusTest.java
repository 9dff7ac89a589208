package io.lb4j.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the fuzz tests begin with and have found, held to what they look for. */
class CorpusTest {

  static Stream<String> targets() {
    return Targets.ALL.keySet().stream().sorted();
  }

  /** A conversion of line ends would leave little of a corpus. */
  @Test
  void inputsAreAsTheyWereFound() throws IOException, URISyntaxException {
    Path get = folder("httpHead").resolve("get");

    assertThat(new HttpHeadReader(4096).read(ByteBuffer.wrap(Files.readAllBytes(get))))
        .isEqualTo(Outcome.COMPLETE);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyInputOfTheCorpusKeepsThePromises(String target) throws IOException, URISyntaxException {
    List<Path> inputs;
    try (Stream<Path> files = Files.list(folder(target))) {
      inputs = files.sorted().toList();
    }
    assertThat(inputs).isNotEmpty();
    for (Path input : inputs) {
      Targets.ALL.get(target).accept(Files.readAllBytes(input));
    }
  }

  private static Path folder(String target) throws URISyntaxException {
    String test = Character.toUpperCase(target.charAt(0)) + target.substring(1) + "FuzzTest";
    return Path.of(CorpusTest.class.getResource(test + "Inputs/" + target).toURI());
  }
}
