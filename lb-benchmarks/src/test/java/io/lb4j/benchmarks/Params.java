package io.lb4j.benchmarks;

import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Param;

/** The values that JMH would give to a parameter. */
public final class Params {
  private Params() {}

  /** Those in the {@link Param} of a public field. */
  public static Stream<String> of(Class<?> state, String field) {
    try {
      return Stream.of(state.getField(field).getAnnotation(Param.class).value());
    } catch (NoSuchFieldException renamed) {
      throw new AssertionError(renamed);
    }
  }
}
