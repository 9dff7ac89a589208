package io.lb4j.benchmarks.compare;

import java.util.Map;

/**
 * How long each thread of some processes has run so far.
 *
 * @param nanosByThread by the number of the thread
 */
record CpuTimes(Map<Long, Long> nanosByThread) {

  /**
   * What was spent since an earlier look. A thread that has ended meanwhile is left out with what
   * it spent last, which is next to nothing: compilers of a JVM end after they had nothing to do.
   */
  double secondsSince(CpuTimes earlier) {
    return nanosByThread.entrySet().stream()
            .mapToLong(
                thread ->
                    thread.getValue() - earlier.nanosByThread.getOrDefault(thread.getKey(), 0L))
            .sum()
        / 1e9;
  }
}
