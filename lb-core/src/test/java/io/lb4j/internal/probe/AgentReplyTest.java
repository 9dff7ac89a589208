package io.lb4j.internal.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The text of HAProxy's agent check, read and written. */
class AgentReplyTest {
  private static final int WEIGHT = 8;

  private static AgentOrders read(String line) {
    return AgentReply.read(line, WEIGHT).orders().orElseThrow();
  }

  @Test
  void aPercentageIsTheWeight() {
    assertThat(read("75%").weightPercent()).hasValue(75);
    assertThat(read("weight:150%").weightPercent()).hasValue(150);
    assertThat(read("0%").weightPercent()).hasValue(0);
  }

  @Test
  void anAbsoluteWeightIsComparedWithTheConfiguredOne() {
    assertThat(read("weight:2").weightPercent()).hasValue(25);
    assertThat(read("weight:16").weightPercent()).hasValue(200);
  }

  @Test
  void everyWordOfThe3AxesIsUnderstoodInAnyCaseAndOrder() {
    assertThat(read("READY\tup,maxconn:30 50%\r"))
        .isEqualTo(
            new AgentOrders(
                OptionalInt.of(50),
                OptionalInt.of(30),
                Optional.of(AgentOrders.Mode.READY),
                Optional.of(true),
                ""));
    assertThat(read("drain").mode()).contains(AgentOrders.Mode.DRAIN);
    assertThat(read("maint").mode()).contains(AgentOrders.Mode.MAINT);
    for (String word : new String[] {"down", "fail", "stopped"}) {
      assertThat(read(word).up()).as(word).contains(false);
    }
  }

  @Test
  void whatIsNotSaidIsLeftAsItWas() {
    assertThat(read("up"))
        .isEqualTo(
            new AgentOrders(
                OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.of(true), ""));
  }

  @Test
  void whatFollowsTheSharpIsTheReasonAndNoWords() {
    AgentOrders orders = read("down#disk full, 75% up\u0007");

    assertThat(orders.reason()).isEqualTo("disk full, 75% up.");
    assertThat(orders.up()).contains(false);
    assertThat(orders.weightPercent()).isEmpty();
  }

  @Test
  void ofTwoWordsAboutTheSameTheLastCounts() {
    assertThat(read("drain ready 10% 20%").mode()).contains(AgentOrders.Mode.READY);
    assertThat(read("drain ready 10% 20%").weightPercent()).hasValue(20);
  }

  @Test
  void unknownWordsAreIgnoredAndTold() {
    ProbeReport report =
        AgentReply.read("up sideways 75 -5% maxconn:x weight: 1234567890%", WEIGHT);

    assertThat(report.detail()).isEqualTo("ignored: sideways 75 -5% maxconn:x weight: 1234567890%");
    assertThat(report.orders().orElseThrow().up()).contains(true);
    assertThat(report.orders().orElseThrow().weightPercent()).isEmpty();
    assertThat(report.orders().orElseThrow().maxFlows()).isEmpty();
  }

  @Property
  void anyBytesAreRead(@ForAll @Size(max = 1100) byte[] bytes) {
    ProbeReport report = AgentReply.read(new String(bytes, StandardCharsets.UTF_8), WEIGHT);

    assertThat(report.detail()).matches("(?s)[^\\x00-\\x1f]*").hasSizeLessThanOrEqualTo(1000);
  }

  @Property
  void anyTextOfTheseSignsIsRead(@ForAll @Size(max = 40) byte[] picks) {
    String signs = "updrainmaxconweight:%#, \t0123456789";
    StringBuilder text = new StringBuilder();
    for (byte pick : picks) {
      text.append(signs.charAt(Math.floorMod(pick, signs.length())));
    }
    assertThat(AgentReply.read(text.toString(), WEIGHT).verdict())
        .isEqualTo(ProbeReport.Verdict.ADVISED);
  }

  @Test
  void aReasonThatIsCutAtABlankDoesNotEndWithIt() {
    assertThat(read("#" + "x".repeat(199) + " y").reason()).isEqualTo("x".repeat(199));
  }

  @Property
  void whatIsWrittenIsRead(
      @ForAll @IntRange(max = 25_600) int percent,
      @ForAll @IntRange(max = 999_999_999) int flows,
      @ForAll AgentOrders.Mode mode,
      @ForAll boolean up,
      @ForAll String reason) {
    AgentOrders orders =
        new AgentOrders(
            OptionalInt.of(percent),
            OptionalInt.of(flows),
            Optional.of(mode),
            Optional.of(up),
            Words.printable(reason, 200).strip());
    String line = AgentLine.of(orders);

    assertThat(read(line)).isEqualTo(orders);
    assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(1024);
    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
  }
}
