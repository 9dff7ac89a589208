package io.lb4j.examples.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of words in columns that are as wide as they have to be; numbers stand to the right. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row; of as many cells as there are headings. */
  TextTable row(Object... cells) {
    rows.add(List.of(cells).stream().map(Object::toString).toList());
    return this;
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private boolean isOfNumbers(int column) {
    return rows.size() > 1
        && rows.stream()
            .skip(1)
            .map(row -> row.get(column))
            .allMatch(cell -> cell.chars().allMatch(Character::isDigit));
  }

  private static String padded(String cell, int width, boolean right) {
    String space = " ".repeat(width - cell.length());
    return right ? space + cell : cell + space;
  }

  private String line(List<String> row) {
    List<String> cells = new ArrayList<>();
    for (int column = 0; column < row.size(); column++) {
      cells.add(padded(row.get(column), width(column), isOfNumbers(column)));
    }
    return String.join(GAP, cells).stripTrailing();
  }

  @Override
  public String toString() {
    return rows.stream().map(this::line).collect(Collectors.joining(System.lineSeparator()));
  }
}
