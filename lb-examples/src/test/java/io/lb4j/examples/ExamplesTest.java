package io.lb4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExamplesTest {
  private static final String[] NO_ARGUMENTS = {};

  @FunctionalInterface
  private interface Example {
    void run(String[] arguments) throws Exception;
  }

  private static List<String> linesOf(Example example) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      example.run(NO_ARGUMENTS);
    } finally {
      System.setOut(before);
    }
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void quickStartTakesTurns() throws Exception {
    assertThat(linesOf(QuickStart::main))
        .containsExactly(
            "resp from server1", "resp from server2", "resp from server1", "resp from server2");
  }

  @Test
  void stickyClientsStayWithOneServerOnlyWherePersistenceIsOn() throws Exception {
    Set<String> different = Set.copyOf(linesOf(StickyClients::main));

    assertThat(different).filteredOn(line -> line.startsWith("catalog: ")).hasSize(2);
    assertThat(different).filteredOn(line -> line.startsWith("basket: ")).hasSize(1);
  }

  @Test
  void drainForDeployCutsNobodyOff() throws Exception {
    assertThat(linesOf(DrainForDeploy::main))
        .containsExactly(
            "early client: hello",
            "late client: hello",
            "early client: still here",
            "DRAINING 1",
            "ENABLED 1",
            "last client: hello",
            "last client: bye",
            "every flow ended by itself: true");
  }

  @Test
  void ownStrategyUsesTheSpareOnlyWithoutTheMainServer() throws Exception {
    assertThat(linesOf(OwnStrategy::main))
        .containsExactly("resp from main", "resp from main", "resp from spare");
  }

  @Test
  void ownProbeTakesOutServerThatAnswersWrongly() throws Exception {
    List<String> lines = linesOf(OwnProbe::main);

    assertThat(lines.subList(0, 2)).containsExactly("resp from server1", "resp from server2");
    assertThat(lines.get(2)).endsWith(" is DOWN");
    assertThat(lines.subList(4, 6)).containsOnly("resp from server2");
  }

  @Test
  void flowLogPrintsTableAndOneLinePerClosedFlow() throws Exception {
    List<String> lines = linesOf(FlowLog::main);

    assertThat(lines.get(0)).startsWith("Flow id  Client");
    assertThat(lines.subList(1, 3)).allMatch(line -> line.contains("RELAYING"));
    assertThat(lines.subList(3, 5)).allMatch(line -> line.startsWith("flow "));
  }

  @Test
  void routesByPathSendEachRequestToItsPool() throws Exception {
    assertThat(linesOf(RoutesByPath::main)).containsExactly("a page", "a basket", "a page");
  }

  @Test
  void stickyUsersComeBackToTheServerThatTheyHad() throws Exception {
    assertThat(linesOf(StickyUsers::main))
        .containsExactly("ada: server1", "bob: server2", "bob: server2", "ada: server1");
  }

  @Test
  void sharedRecordsHoldForBothLoadBalancers() throws Exception {
    assertThat(linesOf(SharedRecords::main))
        .containsExactly(
            "north: resp from server1", "south: resp from server1", "south: resp from server1");
  }
}
