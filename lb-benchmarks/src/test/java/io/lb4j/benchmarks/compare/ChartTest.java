package io.lb4j.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {
  private static List<Element> elements(String svg, String name, String kind) throws Exception {
    NodeList found =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)))
            .getElementsByTagName(name);
    return IntStream.range(0, found.getLength())
        .mapToObj(index -> (Element) found.item(index))
        .filter(element -> element.getAttribute("class").equals(kind))
        .toList();
  }

  private static List<Integer> widths(String svg, String kind) throws Exception {
    return elements(svg, "rect", kind).stream()
        .map(bar -> Integer.valueOf(bar.getAttribute("width")))
        .toList();
  }

  @Test
  void hasABarForEachContenderOfEachWorkload() throws Exception {
    String svg =
        Chart.of(List.of(Figures.disturbed(Workload.SHORT), Figures.disturbed(Workload.DOWNLOAD)));

    assertThat(widths(svg, "peer")).containsExactly(200, 400, 200, 400);
    assertThat(widths(svg, "lb4j")).containsExactly(150, 150);
    assertThat(elements(svg, "line", "best")).hasSize(2);
    assertThat(elements(svg, "text", "title")).extracting(Element::getTextContent).hasSize(3);
  }

  @Test
  void hasNoLengthWithoutPeers() throws Exception {
    String svg = Chart.of(List.of(Figures.alone(Workload.IDLE)));

    assertThat(widths(svg, "lb4j")).containsExactly(0);
    assertThat(elements(svg, "line", "best")).isEmpty();
    assertThat(svg).contains("- (6.00)");
  }

  @Test
  void bringsItsBackground() throws Exception {
    assertThat(elements(Chart.of(List.of()), "rect", "page")).hasSize(1);
  }
}
