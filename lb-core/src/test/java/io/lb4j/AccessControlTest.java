package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.FlowLog;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an access policy says to flows, with a clock that the test moves. */
class AccessControlTest {
  private static final String HERE = "192.0.2.1";

  private final SteppedClock clock = new SteppedClock();
  private final FlowLog heard = new FlowLog();
  private final LogCapture log = LogCapture.of(CallbackGuard.class);
  private final CallbackGuard guard = new CallbackGuard("virtual server edge", clock);
  private AccessControl control;

  @AfterEach
  void closeLog() {
    log.close();
  }

  private void use(AccessPolicy policy) {
    FlowEvents events = new FlowEvents(List.of(heard), List.of(), guard);
    control = new AccessControl(policy, events, guard, clock);
  }

  private Optional<CloseReason> come(StubFlow flow) {
    Optional<CloseReason> refusal = control.admitClient(flow);
    return refusal.isPresent() ? refusal : control.admit(flow);
  }

  private Optional<CloseReason> comeFrom(String client) {
    return come(StubFlow.from(client));
  }

  // ---- lists

  @Test
  void withoutAPolicyThereIsNothingToAsk() {
    use(AccessPolicy.open());
    assertThat(control.isOn()).isFalse();
    assertThat(comeFrom(HERE)).isEmpty();
    control.replace(AccessPolicy.open().deny(HERE));
    assertThat(control.isOn()).isTrue();
    assertThat(comeFrom(HERE)).contains(CloseReason.DENIED);
    control.replace(AccessPolicy.open());
    assertThat(control.isOn()).isFalse();
  }

  @Test
  void onlyAllowedClientsComeInWhereSomeAreAllowed() {
    use(AccessPolicy.open().allow("192.0.2.0/24").allow("2001:db8::/32", "198.51.100.7"));
    for (String in : List.of(HERE, "2001:db8::9", "198.51.100.7")) {
      assertThat(comeFrom(in)).as(in).isEmpty();
    }
    for (String out : List.of("192.0.3.1", "2001:db9::9", "198.51.100.8")) {
      assertThat(comeFrom(out)).as(out).contains(CloseReason.DENIED);
    }
    assertThat(control.counters().denied()).isEqualTo(3);
  }

  @Test
  void deniedClientsStayOutAlsoIfTheyAreAllowed() {
    use(AccessPolicy.open().allow("192.0.2.0/24", "192.0.2.1").deny("192.0.2.0/28", "2001:db8::1"));
    assertThat(comeFrom(HERE)).contains(CloseReason.DENIED);
    assertThat(comeFrom("192.0.2.16")).isEmpty();
    use(AccessPolicy.open().deny("192.0.2.0/28"));
    assertThat(comeFrom(HERE)).contains(CloseReason.DENIED);
    assertThat(comeFrom("2001:db8::1")).isEmpty();
  }

  @Test
  void ipv4MappedClientMatchesIpv4Networks() throws Exception {
    byte[] mapped = InetAddress.getByName("::102:304").getAddress();
    mapped[10] = (byte) 0xff;
    mapped[11] = (byte) 0xff;
    StubFlow flow = new StubFlow();
    flow.client = new InetSocketAddress(Inet6Address.getByAddress(null, mapped, -1), 4000);
    use(AccessPolicy.open().deny("1.2.3.0/24"));
    assertThat(come(flow)).contains(CloseReason.DENIED);
    use(AccessPolicy.open().allow("1.2.3.0/24"));
    assertThat(come(flow)).isEmpty();
  }

  @Test
  void listsAndLimitsByAddressDoNotConcernUnixDomainClients() {
    use(AccessPolicy.open().allow("10.0.0.0/8").maxFlowsPerClient(1));
    for (int i = 0; i < 3; i++) {
      StubFlow flow = new StubFlow();
      flow.client = UnixDomainSocketAddress.of("");
      assertThat(come(flow)).isEmpty();
      assertThat(control.refusesAtOnce(flow.client)).isFalse();
    }
  }

  @Test
  void deniedClientNeedNotBeAdopted() {
    use(AccessPolicy.open().deny(HERE));
    assertThat(control.refusesAtOnce(StubFlow.from(HERE).client)).isTrue();
    assertThat(control.refusesAtOnce(StubFlow.from("192.0.2.2").client)).isFalse();
    assertThat(control.counters().denied()).isEqualTo(1);
    control.replace(control.policy().dryRun(true));
    assertThat(control.refusesAtOnce(StubFlow.from(HERE).client)).isFalse();
    assertThat(control.counters().denied()).isEqualTo(1);
  }

  // ---- limits

  @Test
  void eachClientHasSoManyOpenFlows() {
    use(AccessPolicy.open().maxFlowsPerClient(2));
    StubFlow first = StubFlow.from(HERE);
    assertThat(come(first)).isEmpty();
    assertThat(comeFrom(HERE)).isEmpty();
    assertThat(comeFrom(HERE)).contains(CloseReason.CLIENT_LIMIT);
    assertThat(comeFrom("192.0.2.2")).isEmpty();
    first.leaveClientPlace();
    assertThat(comeFrom(HERE)).isEmpty();
    assertThat(control.counters().clientLimit()).isEqualTo(1);
    assertThat(control.counters().trackedClients()).isEqualTo(2);
  }

  @Test
  void eachClientHasSoManyNewFlowsASecond() {
    use(AccessPolicy.open().flowsPerSecondPerClient(4));
    for (int i = 0; i < 4; i++) {
      assertThat(comeFrom(HERE)).isEmpty();
    }
    assertThat(comeFrom(HERE)).contains(CloseReason.CLIENT_RATE);
    assertThat(comeFrom("192.0.2.2")).isEmpty();
    clock.step(Duration.ofMillis(249));
    assertThat(comeFrom(HERE)).contains(CloseReason.CLIENT_RATE);
    clock.step(Duration.ofMillis(1));
    assertThat(comeFrom(HERE)).isEmpty();
    clock.step(Duration.ofSeconds(5));
    for (int i = 0; i < 4; i++) {
      assertThat(comeFrom(HERE)).isEmpty();
    }
    assertThat(comeFrom(HERE)).contains(CloseReason.CLIENT_RATE);
    assertThat(control.counters().clientRate()).isEqualTo(3);
  }

  @Test
  void ipv6ClientIsItsNetworkUnlessSaidOtherwise() {
    use(AccessPolicy.open().maxFlowsPerClient(1));
    assertThat(comeFrom("2001:db8::1")).isEmpty();
    assertThat(comeFrom("2001:db8::2")).contains(CloseReason.CLIENT_LIMIT);
    assertThat(comeFrom("2001:db8:0:1::2")).isEmpty();
    control.replace(control.policy().clientKey(KeySource.sourceAddress(24, 128)));
    assertThat(comeFrom("2001:db8::1")).isEmpty();
    assertThat(comeFrom("2001:db8::2")).isEmpty();
    assertThat(comeFrom(HERE)).isEmpty();
    assertThat(comeFrom("192.0.2.200")).contains(CloseReason.CLIENT_LIMIT);
  }

  @Test
  void whenTooManyClientsAreCountedFurtherOnesAreNotLimited() {
    use(AccessPolicy.open().maxFlowsPerClient(1).maxClients(2));
    assertThat(comeFrom("192.0.2.1")).isEmpty();
    assertThat(comeFrom("192.0.2.2")).isEmpty();
    assertThat(comeFrom("192.0.2.3")).isEmpty();
    assertThat(comeFrom("192.0.2.3")).isEmpty();
    assertThat(comeFrom("192.0.2.1")).contains(CloseReason.CLIENT_LIMIT);
    assertThat(control.counters().notTracked()).isEqualTo(2);
    assertThat(control.counters().trackedClients()).isEqualTo(2);
  }

  @Test
  void whatIsKnownOfClientsOutlivesAChangeOfThePolicy() {
    use(AccessPolicy.open().maxFlowsPerClient(5));
    StubFlow first = StubFlow.from(HERE);
    come(first);
    control.replace(AccessPolicy.open().maxFlowsPerClient(1));
    assertThat(comeFrom(HERE)).contains(CloseReason.CLIENT_LIMIT);
    first.leaveClientPlace();
    assertThat(comeFrom(HERE)).isEmpty();
  }

  @Test
  void aFlowOfTheTimeBeforeAnotherClientKeyGivesItsPlaceBackWhereItTookIt() {
    use(AccessPolicy.open().maxFlowsPerClient(1));
    StubFlow old = StubFlow.from(HERE);
    come(old);
    control.replace(control.policy().clientKey(KeySource.sourceAddress()));
    StubFlow young = StubFlow.from(HERE);
    assertThat(come(young)).isEmpty();
    old.leaveClientPlace();
    assertThat(comeFrom(HERE)).contains(CloseReason.CLIENT_LIMIT);
    young.leaveClientPlace();
    assertThat(comeFrom(HERE)).isEmpty();
  }

  // ---- admission

  @Test
  void theAdmissionHasTheLastWord() {
    use(AccessPolicy.open().maxFlowsPerClient(1).admission(flow -> flow.id() != 7));
    StubFlow seventh = StubFlow.from(HERE);
    seventh.id = 7;
    assertThat(come(seventh)).contains(CloseReason.NOT_ADMITTED);
    assertThat(comeFrom(HERE)).as("the refused one keeps no place").isEmpty();
    assertThat(control.counters().notAdmitted()).isEqualTo(1);
    assertThat(control.counters().failedAdmissions()).isZero();
  }

  @Test
  void theAdmissionIsNotAskedOfWhoIsRefusedAnyway() {
    use(
        AccessPolicy.open()
            .deny("192.0.2.2")
            .maxFlowsPerClient(1)
            .admission(
                flow -> {
                  assertThat(flow.client()).isEqualTo(StubFlow.from(HERE).client);
                  return true;
                }));
    assertThat(comeFrom(HERE)).isEmpty();
    assertThat(comeFrom(HERE)).contains(CloseReason.CLIENT_LIMIT);
    assertThat(comeFrom("192.0.2.2")).contains(CloseReason.DENIED);
    assertThat(control.counters().failedAdmissions()).isZero();
  }

  @Test
  void anAdmissionThatThrowsRefusesAndIsCountedAndLoggedOnceAMinute() {
    use(
        AccessPolicy.open()
            .admission(
                flow -> {
                  throw new StackOverflowError("by the host");
                }));
    assertThat(comeFrom(HERE)).contains(CloseReason.NOT_ADMITTED);
    assertThat(comeFrom(HERE)).contains(CloseReason.NOT_ADMITTED);
    assertThat(control.counters().notAdmitted()).isEqualTo(2);
    assertThat(control.counters().failedAdmissions()).isEqualTo(2);
    assertThat(log.lines())
        .containsExactly("WARN virtual server edge: AccessPolicy.admission threw");
  }

  // ---- dry run

  @Test
  void aDryRunLetsAllInAndCountsAndTellsWhomItWouldRefuse() {
    use(
        AccessPolicy.open()
            .deny("192.0.2.9")
            .maxFlowsPerClient(2)
            .flowsPerSecondPerClient(100)
            .admission(flow -> flow.id() != 7)
            .dryRun(true));
    assertThat(comeFrom("192.0.2.9")).isEmpty();
    for (int i = 0; i < 5; i++) {
      assertThat(comeFrom(HERE)).isEmpty();
    }
    StubFlow seventh = StubFlow.from("192.0.2.2");
    seventh.id = 7;
    assertThat(come(seventh)).isEmpty();

    assertThat(control.counters()).isEqualTo(new AccessCounters(1, 3, 0, 1, 0, 5, 0, 2));
    assertThat(heard.events())
        .extracting(FlowLog.Event::name)
        .containsExactly(
            "onSpared DENIED",
            "onSpared CLIENT_LIMIT",
            "onSpared CLIENT_LIMIT",
            "onSpared CLIENT_LIMIT",
            "onSpared NOT_ADMITTED");
  }

  @Test
  void whomADryRunSparesHasNoPlaceAsIfRefused() {
    use(AccessPolicy.open().maxFlowsPerClient(1).dryRun(true));
    StubFlow first = StubFlow.from(HERE);
    StubFlow spared = StubFlow.from(HERE);
    come(first);
    come(spared);
    assertThat(spared.hasClientPlace()).isFalse();
    first.leaveClientPlace();
    come(StubFlow.from(HERE));
    assertThat(control.counters().clientLimit()).isEqualTo(1);
    assertThat(control.counters().spared()).isEqualTo(1);
  }

  @Test
  void aSparedFlowIsNotAskedAboutAgain() {
    use(AccessPolicy.open().deny(HERE).admission(flow -> false).dryRun(true));
    assertThat(comeFrom(HERE)).isEmpty();
    assertThat(control.counters().notAdmitted()).isZero();
    assertThat(control.counters().spared()).isEqualTo(1);
  }
}
