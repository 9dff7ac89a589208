package io.lb4j;

import java.util.List;

/**
 * What became of an import of records.
 *
 * @param taken lines whose record is in the table now, or had one there that lives longer
 * @param leftOut lines that were left out
 * @param reasons for the first 100 of those, in order: the number of the line, from 1, and why,
 *     such as {@code line 7: member: 10.0.0.9:80 (expected: a member of pool web)}
 */
public record PersistenceImport(int taken, int leftOut, List<String> reasons) {
  /** Unmodifiable. */
  public PersistenceImport {
    reasons = List.copyOf(reasons);
  }
}
