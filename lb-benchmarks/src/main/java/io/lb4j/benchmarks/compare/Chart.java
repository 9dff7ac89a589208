package io.lb4j.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Ratios to the best peer as an SVG picture: a group of bars for each workload. It brings its own
 * background, so that it can be read on a light page and on a dark one, and no fonts.
 */
final class Chart {
  private static final int WIDTH = 720;
  private static final int LEFT = 130; // where bars begin
  private static final int LONGEST = 400;
  private static final int BAR = 16;
  private static final int STEP = 20; // from bar to bar
  private static final int TITLE = 26; // above the bars of a group
  private static final int GAP = 14; // below them
  private static final int HEAD = 34;

  private static final String STYLE =
      """
      text { font: 12px sans-serif; fill: #24292f; }
      .title { font-weight: bold; }
      .page { fill: #ffffff; }
      .peer { fill: #8c959f; }
      .lb4j { fill: #0969da; }
      .best { stroke: #24292f; stroke-dasharray: 3 3; }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; }
        .page { fill: #0d1117; }
        .peer { fill: #6e7681; }
        .lb4j { fill: #4493f8; }
        .best { stroke: #e6edf3; }
      }
      """;

  private final List<Result> results;
  private final double pixelsPerRatio;
  private final List<String> elements = new ArrayList<>();
  private int y = HEAD;

  private Chart(List<Result> results) {
    this.results = results;
    double highest =
        results.stream()
            .flatMapToDouble(
                result ->
                    result.samples().keySet().stream()
                        .mapToDouble(name -> result.ratio(name).orElse(0)))
            .max()
            .orElse(0);
    pixelsPerRatio = LONGEST / Math.max(1, highest);
  }

  static String of(List<Result> results) {
    return new Chart(results).draw();
  }

  private String draw() {
    text(GAP, 20, "title", "Cost of the same work, as a ratio to the best peer: less is better");
    results.forEach(this::group);
    String size = format("width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\"", WIDTH, y);
    return elements.stream()
        .collect(
            Collectors.joining(
                "\n",
                "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                    + size
                    + " role=\"img\">\n"
                    + "<style>\n"
                    + STYLE
                    + "</style>\n"
                    + "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n",
                "\n</svg>\n"));
  }

  private void group(Result result) {
    text(GAP, y + 16, "title", result.workload().label() + ", " + result.workload().unit());
    y += TITLE;
    int top = y;
    result.samples().keySet().forEach(name -> bar(result, name));
    if (result.bestPeer().isPresent()) {
      int x = (int) (LEFT + pixelsPerRatio);
      add("<line class=\"best\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>", x, top - 4, x, y);
    }
    y += GAP;
  }

  private void bar(Result result, String name) {
    String kind = Lb4j.isName(name) ? "lb4j" : "peer";
    int length = (int) Math.round(Math.max(0, result.ratio(name).orElse(0)) * pixelsPerRatio);
    text(GAP, y + 12, "", name);
    add(
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
        kind, LEFT, y, length, BAR);
    String figures = Report.ratio(result, name) + " (" + Report.cost(result, name) + ")";
    text(LEFT + length + 8, y + 12, "", figures);
    y += STEP;
  }

  private void text(int x, int baseline, String kind, String text) {
    add("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>", kind, x, baseline, text);
  }

  private void add(String element, Object... values) {
    elements.add(format(element, values));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
