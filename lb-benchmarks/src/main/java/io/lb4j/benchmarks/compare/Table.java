package io.lb4j.benchmarks.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of text as a Markdown table that can be read as it stands. Numbers stand on the right. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these columns, the first of them text and all others numbers. */
  Table(List<String> header) {
    rows.add(header);
  }

  void add(List<String> row) {
    rows.add(row);
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>(rows.stream().map(this::line).toList());
    lines.add(1, rule());
    return String.join("\n", lines);
  }

  private String line(List<String> row) {
    return columns()
        .mapToObj(column -> padded(row.get(column), column))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private String padded(String cell, int column) {
    String padding = " ".repeat(width(column) - cell.length());
    return column == 0 ? cell + padding : padding + cell;
  }

  private String rule() {
    return columns()
        .mapToObj(column -> "-".repeat(width(column) - 1) + (column == 0 ? "-" : ":"))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private IntStream columns() {
    return IntStream.range(0, rows.get(0).size());
  }

  private int width(int column) {
    return Collections.max(rows.stream().map(row -> row.get(column).length()).toList());
  }
}
