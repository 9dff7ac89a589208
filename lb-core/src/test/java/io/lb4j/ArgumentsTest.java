package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every bad argument fails where it is given, in one grammar: {@code name: value (expected: ...)}.
 */
@Timeout(20)
class ArgumentsTest {
  private static final String LONGEST = "PT87600H";

  private static VirtualServer.Builder server() {
    return VirtualServer.builder("edge");
  }

  private static Pool.Builder pool() {
    return Pool.builder("web");
  }

  private static PoolMember member() {
    return pool().member("10.0.0.1", 80).build().members().get(0);
  }

  private static MemberSpec spec() {
    return MemberSpec.of("10.0.0.1", 80);
  }

  private static AccessPolicy access() {
    return AccessPolicy.open();
  }

  private static Arguments refused(String message, ThrowingCallable call) {
    return Arguments.of(message, call);
  }

  /** An int setting from {@code low} to {@code high}. */
  private static List<Arguments> range(String name, int low, int high, IntSetting setting) {
    List<Arguments> bad = new ArrayList<>();
    List<Integer> values = new ArrayList<>(List.of(low - 1, Integer.MIN_VALUE));
    if (high < Integer.MAX_VALUE) {
      values.addAll(List.of(high + 1, Integer.MAX_VALUE));
    }
    for (int value : values) {
      bad.add(
          refused(
              name + ": " + value + " (expected: " + low + ".." + high + ")",
              () -> setting.set(value)));
    }
    return bad;
  }

  /** A duration setting of at least this. */
  private static List<Arguments> duration(String name, Duration least, DurationSetting setting) {
    List<Arguments> bad = new ArrayList<>();
    for (Duration value :
        List.of(
            least.minusNanos(1),
            Duration.ofDays(-1),
            Duration.ofSeconds(Long.MIN_VALUE),
            Duration.ofDays(3650).plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999))) {
      bad.add(
          refused(
              name + ": " + value + " (expected: " + least + ".." + LONGEST + ")",
              () -> setting.set(value)));
    }
    return bad;
  }

  private static List<Arguments> notBlank(String name, TextSetting setting) {
    return Stream.of("", " ", "\t\n")
        .map(
            text ->
                refused(name + ": \"" + text + "\" (expected: not blank)", () -> setting.set(text)))
        .toList();
  }

  private static HealthMonitor twice(HealthMonitor part) {
    return HealthMonitor.allOf(part, HealthMonitor.anyOf(part));
  }

  private interface IntSetting {
    Object set(int value);
  }

  private interface DurationSetting {
    Object set(Duration value);
  }

  private interface TextSetting {
    Object set(String value);
  }

  static Stream<Arguments> badArguments() {
    Duration milli = Duration.ofMillis(1);
    return Stream.of(
            // pool
            notBlank("name", Pool::builder),
            notBlank("host", host -> pool().member(host, 80)),
            range("port", 0, 65_535, port -> pool().build().member("10.0.0.1", port)),
            range("weight", 1, 256, weight -> pool().member("10.0.0.1", 80, weight)),
            range("weight", 1, 256, weight -> reweight(weight)),
            range("choices", 2, 32, BalancingStrategy::choices),
            range("maxFlowsPerMember", 1, Integer.MAX_VALUE, pool()::maxFlowsPerMember),
            duration("resolveInterval", Duration.ofSeconds(1), pool()::resolveInterval),
            List.of(
                refused(
                    "utilisation: 1.01 (expected: 0.0..1.0)",
                    () -> member().reportUtilisation(1.01)),
                refused(
                    "utilisation: -0.1 (expected: 0.0..1.0)",
                    () -> member().reportUtilisation(-0.1)),
                refused(
                    "utilisation: NaN (expected: 0.0..1.0)",
                    () -> member().reportUtilisation(Double.NaN)),
                refused(
                    "by: PT-1S (expected: PT0S..PT87600H)",
                    () -> PoolSimulation.of(pool()).advance(Duration.ofSeconds(-1))),
                refused("port: 0 (expected: 1..65535)", () -> pool().member("10.0.0.1", 0)),
                refused("port: 0 (expected: 1..65535)", () -> pool().build().add("10.0.0.1", 0)),
                refused(
                    "port: 65536 (expected: 0..65535)", () -> pool().member("10.0.0.1", 65_536)),
                refused(
                    "host: a b (expected: a name or an IP literal)",
                    () -> pool().build().add("a b", 80)),
                refused(
                    "host: 1.1.1.999 (expected: a name or an IP literal)",
                    () -> pool().member("1.1.1.999", 80))),
            // member spec
            range("weight", 1, 256, weight -> spec().weight(weight)),
            range(
                "weight",
                1,
                256,
                weight -> new MemberSpec(spec().address(), weight, 1, 0, false, 1)),
            range("maxFlows", 1, Integer.MAX_VALUE, flows -> spec().maxFlows(flows)),
            range("flowsPerSecond", 1, 1_000_000, rate -> spec().flowsPerSecond(rate)),
            // access policy
            range("maxFlowsPerClient", 1, 10_000_000, access()::maxFlowsPerClient),
            range("flowsPerSecondPerClient", 1, 1_000_000, access()::flowsPerSecondPerClient),
            range("maxClients", 1, 10_000_000, access()::maxClients),
            List.of(
                refused(
                    "network: all (expected: an IP network such as 10.0.0.0/8 or 2001:db8::/32)",
                    () -> access().allow("10.0.0.0/8", "all")),
                refused(
                    "network: 10.0.0.1/8 (expected: no bits beyond the prefix: 10.0.0.0/8)",
                    () -> access().deny(List.of("10.0.0.1/8")))),
            range("length", 1, 1_000_000, QueuePolicy::ofLength),
            duration("timeout", milli, QueuePolicy.ofLength(1)::timeout),
            range("priority", 0, 65_535, priority -> spec().priority(priority)),
            range("minAvailable", 1, 10_000, pool()::minAvailable),
            range("panicThreshold", 0, 100, pool()::panicThreshold),
            duration("slowStart", milli, pool()::slowStart),
            range("failures", 1, 1000, EjectionPolicy.defaults()::failures),
            range("maxPercent", 0, 100, EjectionPolicy.defaults()::maxPercent),
            duration("baseTime", milli, EjectionPolicy.defaults()::baseTime),
            duration("maxTime", milli, EjectionPolicy.defaults()::maxTime),
            // member source
            range("limit", 1, 10_000, MemberSource.service("a.example")::limit),
            range("port", 0, 65_535, port -> MemberSource.addressesOf("a.example", port)),
            notBlank("service", MemberSource::service),
            range("port", 1, 65_535, port -> new ServiceRecord("a", port, 0, 0)),
            range("priority", 0, 65_535, priority -> new ServiceRecord("a", 1, priority, 0)),
            range("weight", 0, 65_535, weight -> new ServiceRecord("a", 1, 0, weight)),
            Stream.of("a b", "_http._tcp..example", ".", "ldap://host/a", "a".repeat(254))
                .map(
                    name ->
                        refused(
                            "service: "
                                + name
                                + " (expected: a DNS name such as _http._tcp.example.com)",
                            () -> MemberSource.service(name)))
                .toList(),
            List.of(
                refused(
                    "host: 10.0.0.1:80 (expected: a name; an address is a member by itself)",
                    () -> MemberSource.addressesOf("10.0.0.1", 80))),
            duration("over", milli, FlowAction::drain),
            range("flowsPerSecond", 0, 1_000_000, rate -> pool().build().rebalance(rate)),
            // monitor
            duration("interval", milli, HealthMonitor.tcp()::interval),
            duration("fastInterval", milli, HealthMonitor.tcp()::fastInterval),
            duration("downInterval", milli, HealthMonitor.tcp()::downInterval),
            range("port", 1, 65_535, HealthMonitor::tcp),
            range("needed", 1, 1, needed -> HealthMonitor.atLeast(needed, HealthMonitor.tcp())),
            List.of(
                refused("parts: 0 (expected: 1..16)", () -> HealthMonitor.allOf()),
                refused(
                    "part: none (expected: a monitor that probes)",
                    () -> HealthMonitor.anyOf(HealthMonitor.none())),
                refused(
                    "part: " + HealthMonitor.tcp() + " (expected: each check once)",
                    () -> twice(HealthMonitor.tcp()))),
            duration("timeout", milli, HealthMonitor.tcp()::timeout),
            range("port", 1, 65_535, HealthMonitor::agent),
            range("rise", 1, 100, HealthMonitor.tcp()::rise),
            range("fall", 1, 100, HealthMonitor.tcp()::fall),
            Stream.of(-0.01, 0.51, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)
                .map(
                    jitter ->
                        refused(
                            "jitter: " + jitter + " (expected: 0.0..0.5)",
                            () -> HealthMonitor.tcp().jitter(jitter)))
                .toList(),
            // persistence
            duration("timeout", milli, PersistencePolicy::sourceAddress),
            duration("timeout", milli, PersistencePolicy.sourceAddress()::timeout),
            range("ipv4Prefix", 0, 32, PersistencePolicy.sourceAddress()::ipv4Prefix),
            range("ipv6Prefix", 0, 128, PersistencePolicy.sourceAddress()::ipv6Prefix),
            range("maxEntries", 1, 10_000_000, PersistencePolicy.sourceAddress()::maxEntries),
            // virtual server
            notBlank("name", VirtualServer::builder),
            notBlank("host", host -> server().listen(host, 80)),
            range("port", 0, 65_535, port -> server().listen("127.0.0.1", port)),
            notBlank("protocol", server()::protocol),
            duration("idleTimeout", milli, server()::idleTimeout),
            duration("halfCloseTimeout", milli, server()::halfCloseTimeout),
            duration("maxFlowLifetime", milli, server()::maxFlowLifetime),
            range("maxConnectionRate", 1, 1_000_000, server()::maxConnectionRate),
            Stream.of(0L, -1L, Long.MIN_VALUE, 10_000_000_001L, Long.MAX_VALUE)
                .flatMap(
                    bytes ->
                        Stream.of(
                            refused(
                                "uploadLimit: " + bytes + " (expected: 1..10000000000)",
                                () -> server().uploadLimit(bytes)),
                            refused(
                                "downloadLimit: " + bytes + " (expected: 1..10000000000)",
                                () -> server().downloadLimit(bytes))))
                .toList(),
            duration("connectTimeout", milli, server()::connectTimeout),
            range("connectAttempts", 1, 100, server()::connectAttempts),
            range("maxFlows", 1, 10_000_000, server()::maxFlows),
            range("backlog", 1, 65_535, server()::backlog),
            range("loops", 1, 256, server()::loops),
            notBlank("virtualClient", server()::virtualClient),
            Stream.of("example.com", "10.0.0.256", "a b", "10.0.0.1:80", "[::1")
                .map(
                    text ->
                        refused(
                            "virtualClient: " + text + " (expected: an IP literal)",
                            () -> server().virtualClient(text)))
                .toList())
        .flatMap(List::stream);
  }

  private static Object reweight(int weight) {
    member().reweight(weight);
    return weight;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badArguments")
  void aBadArgumentIsNamedWithWhatIsExpected(String message, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  static Stream<Arguments> nulls() {
    return Stream.of(
        refused("name", () -> Pool.builder(null)),
        refused("host", () -> pool().member(null, 80)),
        refused("host", () -> pool().member(null, 80, 1)),
        refused("member", () -> pool().member(null)),
        refused("strategy", () -> pool().strategy(null)),
        refused("monitor", () -> pool().monitor(null)),
        refused("serviceResolver", () -> pool().serviceResolver(null)),
        refused("source", () -> pool().source(null)),
        refused("source", () -> pool().build().addSource(null)),
        refused("source", () -> pool().build().removeSource(null)),
        refused("member", () -> MemberSource.addressesOf(null)),
        refused("service", () -> MemberSource.service(null)),
        refused("resolver", () -> pool().resolver(null)),
        refused("resolveInterval", () -> pool().resolveInterval(null)),
        refused("listener", () -> pool().listener(null)),
        refused("host", () -> pool().build().add(null, 80)),
        refused("member", () -> pool().build().add(null)),
        refused("member", () -> pool().build().remove(null)),
        refused("members", () -> pool().build().replaceMembers(null)),
        refused(
            "member",
            () -> pool().build().replaceMembers(Collections.<MemberSpec>singletonList(null))),
        refused("host", () -> pool().build().member(null, 80)),
        refused("address", () -> pool().build().findMember(null)),
        refused("host", () -> MemberSpec.of(null, 80)),
        refused("address", () -> MemberSpec.of(null)),
        refused("address", () -> new MemberSpec(null, 1, 1, 0, false, 1)),
        refused("target", () -> new ServiceRecord(null, 1, 0, 0)),
        refused("host", () -> ServiceAddress.of(null, 80)),
        refused("path", () -> ServiceAddress.unix(null)),
        refused("address", () -> ServiceAddress.parse(null)),
        refused("probe", () -> HealthMonitor.of(null)),
        refused("program", () -> HealthMonitor.exec(null)),
        refused("program", () -> ExecCheck.of(null)),
        refused("probe", () -> HealthMonitor.ofAsync(null)),
        refused("parts", () -> HealthMonitor.allOf((HealthMonitor[]) null)),
        refused("part", () -> HealthMonitor.anyOf(HealthMonitor.tcp(), null)),
        refused("send", () -> HealthMonitor.agent(80, null)),
        refused("percent", () -> AgentResponder.builder().report(null)),
        refused("depth", () -> AgentResponder.builder().queueDepth(null, 1)),
        refused("flows", () -> AgentResponder.builder().maxFlows(null)),
        refused("timeout", () -> AgentResponder.builder().timeout(null)),
        refused("interval", () -> HealthMonitor.tcp().interval(null)),
        refused("fastInterval", () -> HealthMonitor.tcp().fastInterval(null)),
        refused("downInterval", () -> HealthMonitor.tcp().downInterval(null)),
        refused("timeout", () -> HealthMonitor.tcp().timeout(null)),
        refused("initially", () -> HealthMonitor.tcp().initially(null)),
        refused("detail", () -> ProbeResult.fail(null)),
        refused("detail", () -> new ProbeResult(true, null)),
        refused("timeout", () -> PersistencePolicy.sourceAddress(null)),
        refused("key", () -> PersistencePolicy.by(null)),
        refused("store", () -> PersistencePolicy.sourceAddress().store(null)),
        refused("lookupTimeout", () -> PersistencePolicy.sourceAddress().lookupTimeout(null)),
        refused("key", () -> PersistencePolicy.sourceAddress().orElse(null)),
        refused("timeout", () -> PersistencePolicy.sourceAddress().timeout(null)),
        refused("name", () -> VirtualServer.builder(null)),
        refused("host", () -> server().listen(null, 80)),
        refused("listen", () -> server().listen(null)),
        refused("pool", () -> server().pool(null)),
        refused("persistence", () -> server().persistence(null)),
        refused("access", () -> server().access(null)),
        refused("access", () -> withServer(started -> started.access(null))),
        refused("allow", () -> access().allow((List<String>) null)),
        refused("allow", () -> access().allow((String[]) null)),
        refused("deny", () -> access().deny((List<String>) null)),
        refused("network", () -> access().deny("::1", null)),
        refused("admission", () -> access().admission(null)),
        refused("clientKey", () -> access().clientKey(null)),
        refused("protocol", () -> server().protocol(null)),
        refused("virtualClient", () -> server().virtualClient(null)),
        refused("queue", () -> pool().queue(null)),
        refused("timeout", () -> QueuePolicy.ofLength(1).timeout(null)),
        refused("timeout", () -> new QueuePolicy(1, null)),
        refused("onDown", () -> pool().onDown(null)),
        refused("onRemoved", () -> pool().onRemoved(null)),
        refused("onDisabled", () -> pool().onDisabled(null)),
        refused("idleTimeout", () -> server().idleTimeout(null)),
        refused("halfCloseTimeout", () -> server().halfCloseTimeout(null)),
        refused("maxFlowLifetime", () -> server().maxFlowLifetime(null)),
        refused("connectTimeout", () -> server().connectTimeout(null)),
        refused("listener", () -> server().listener(null)),
        refused("tap", () -> server().tap(null)),
        refused("grace", () -> withServer(started -> started.drain(null))),
        refused("member", () -> withServer(started -> started.flows().closeAll(null))),
        refused("reason", () -> withServer(started -> started.flows().closed(null))));
  }

  private interface ServerCall {
    void on(VirtualServer server);
  }

  private static void withServer(ServerCall call) {
    try (VirtualServer started =
        server().listen("127.0.0.1", 0).pool(pool().build()).loops(1).start()) {
      call.on(started);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nulls")
  void aNullIsNamed(String name, ThrowingCallable call) {
    assertThatExceptionOfType(NullPointerException.class)
        .isThrownBy(call)
        .withMessage(name + ": null (expected: a value)");
  }

  @Test
  void aBadGraceIsRefusedAndTheVirtualServerGoesOn() {
    withServer(
        started -> {
          for (Duration bad : List.of(Duration.ofNanos(-1), Duration.ofDays(3651))) {
            assertThatIllegalArgumentException()
                .isThrownBy(() -> started.drain(bad))
                .withMessage("grace: " + bad + " (expected: PT0S.." + LONGEST + ")");
          }
          try (NamedServer server = NamedServer.open("a")) {
            started.pool().add(server.spec());
            assertThat(Visitor.ask(started, "127.0.0.1")).isEqualTo("a");
          }
        });
  }

  // ---- the limits themselves are fine

  @Test
  void theLimitsAreAccepted() {
    Duration milli = Duration.ofMillis(1);
    Duration longest = Duration.ofDays(3650);
    for (Duration duration : List.of(milli, longest)) {
      assertThat(HealthMonitor.tcp().interval(duration).interval()).isEqualTo(duration);
      assertThat(HealthMonitor.tcp().timeout(duration).timeout()).isEqualTo(duration);
      assertThat(PersistencePolicy.sourceAddress(duration).timeout()).isEqualTo(duration);
      server().idleTimeout(duration).halfCloseTimeout(duration).connectTimeout(duration);
    }
    for (int count : List.of(1, 100)) {
      assertThat(HealthMonitor.tcp().rise(count).fall(count).rise()).isEqualTo(count);
      server().connectAttempts(count).loops(count);
    }
    assertThat(HealthMonitor.tcp().jitter(0).jitter(0.5).jitter()).isEqualTo(0.5);
    assertThat(spec().weight(1).weight(256).weight()).isEqualTo(256);
    assertThat(spec().maxFlows(1).maxFlows(Integer.MAX_VALUE).maxFlows())
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(PersistencePolicy.sourceAddress().maxEntries(1).maxEntries(10_000_000).maxEntries())
        .isEqualTo(10_000_000);
    PersistencePolicy.sourceAddress().ipv4Prefix(0).ipv4Prefix(32).ipv6Prefix(0).ipv6Prefix(128);
    pool().maxFlowsPerMember(1).resolveInterval(Duration.ofSeconds(1)).resolveInterval(longest);
    access().maxFlowsPerClient(1).maxFlowsPerClient(10_000_000).maxClients(1);
    access().maxClients(10_000_000).flowsPerSecondPerClient(1).flowsPerSecondPerClient(1_000_000);
    server().backlog(1).backlog(65_535).maxFlows(1).maxFlows(10_000_000).loops(256);
    server().listen("127.0.0.1", 65_535).virtualClient("127.0.0.1").virtualClient("::1");
  }

  @Test
  void aTimeoutFollowsTheIntervalUntilItIsGiven() {
    HealthMonitor monitor = HealthMonitor.tcp().interval(Duration.ofSeconds(7));

    assertThat(monitor.timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(monitor.timeout(Duration.ofSeconds(1)).timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(monitor.timeout()).as("the first copy").isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void theTimeoutIsTheShortestOfTheIntervalsUntilItIsGiven() {
    HealthMonitor monitor = HealthMonitor.tcp().interval(Duration.ofSeconds(7));

    assertThat(monitor.fastInterval(Duration.ofSeconds(3)).timeout())
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(monitor.downInterval(Duration.ofSeconds(2)).timeout())
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(monitor.downInterval(Duration.ofSeconds(20)).timeout())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void aTimeoutLongerThanAnIntervalIsRefusedWithTheRemedyWhateverTheOrder() {
    HealthMonitor monitor = HealthMonitor.tcp().timeout(Duration.ofSeconds(3));
    refusesMonitor(monitor, "interval, 2.0s; raise interval or lower timeout");
    refusesMonitor(
        monitor.interval(Duration.ofSeconds(9)).fastInterval(Duration.ofSeconds(1)),
        "fastInterval, 1.0s; raise fastInterval or lower timeout");
    refusesMonitor(
        monitor.downInterval(Duration.ofSeconds(2)).interval(Duration.ofSeconds(9)),
        "downInterval, 2.0s; raise downInterval or lower timeout");

    assertThat(pool().monitor(monitor.interval(Duration.ofSeconds(3))).build()).isNotNull();
  }

  @Test
  void aTimeoutIsCheckedInEachPartOfACombination() {
    HealthMonitor bad = HealthMonitor.tcp().timeout(Duration.ofSeconds(3));
    refusesMonitor(
        HealthMonitor.anyOf(HealthMonitor.tcp(81), HealthMonitor.allOf(bad)),
        "interval, 2.0s; raise interval or lower timeout");
  }

  private static void refusesMonitor(HealthMonitor monitor, String limit) {
    Pool.Builder pool = pool().monitor(monitor);
    assertThatIllegalArgumentException()
        .isThrownBy(pool::build)
        .withMessage("timeout: 3.0s (expected: at most the " + limit + ")");
  }

  @Test
  void specificationsTellTheirSettings() {
    assertThat(HealthMonitor.none()).hasToString("none");
    assertThat(HealthMonitor.tcp()).hasToString("tcp every 2.0s timeout 2.0s rise 2 fall 3");
    assertThat(HealthMonitor.of(member -> ProbeResult.pass()).interval(Duration.ofMillis(250)))
        .hasToString("custom every 250.0ms timeout 250.0ms rise 2 fall 3");
    assertThat(
            HealthMonitor.tcp()
                .fastInterval(Duration.ofMillis(500))
                .downInterval(Duration.ofSeconds(5)))
        .hasToString("tcp every 2.0s fast 500.0ms down 5.0s timeout 500.0ms rise 2 fall 3");
    assertThat(HealthMonitor.atLeast(1, HealthMonitor.tcp(), HealthMonitor.tcp(81)))
        .hasToString(
            "at least 1 of (tcp every 2.0s timeout 2.0s rise 2 fall 3,"
                + " tcp port 81 every 2.0s timeout 2.0s rise 2 fall 3)");
    assertThat(PersistencePolicy.none()).hasToString("none");
    assertThat(PersistencePolicy.sourceAddress())
        .hasToString("source address for 3m00s, at most 100000 records");
  }

  // ---- what only shows at the end

  @Test
  void aVirtualServerWithoutAnAddressNamesTheRemedy() {
    assertThatIllegalStateException()
        .isThrownBy(() -> server().pool(pool().build()).start())
        .withMessage("virtual server edge has no address: call listen()");
  }

  @Test
  void aVirtualServerWithoutAPoolNamesTheRemedy() {
    assertThatIllegalStateException()
        .isThrownBy(() -> server().listen("127.0.0.1", 0).start())
        .withMessage("virtual server edge has no pool: call pool()");
  }

  @Test
  void anAddressInUseIsNamedAndNothingStaysBehind() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Pool pool = pool().build();
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(
              () ->
                  server()
                      .listen("127.0.0.1", 0)
                      .listen("127.0.0.1", taken.getLocalPort())
                      .pool(pool)
                      .start())
          .withMessageStartingWith(
              "virtual server edge: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ");
    }
    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-"));
  }

  @Test
  void anAddressOfAnotherMachineIsNamed() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server().listen("192.0.2.200", 0).pool(pool().build()).start())
        .withMessageStartingWith("virtual server edge: cannot listen on 192.0.2.200:0: ");
  }

  @Test
  void aSocketFileInNoDirectoryIsNamed() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(
            () ->
                server()
                    .listen(ServiceAddress.unix(Path.of("target/none/such.sock")))
                    .pool(pool().build())
                    .start())
        .withMessageStartingWith(
            "virtual server edge: cannot listen on unix:target/none/such.sock: ");
  }

  @Test
  void aBuilderMayBeUsedAgainAfterAnError() {
    VirtualServer.Builder builder = server().listen("127.0.0.1", 0);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.loops(0));
    assertThatIllegalStateException().isThrownBy(builder::start);
    try (VirtualServer started = builder.pool(pool().build()).loops(1).start()) {
      assertThat(started.addresses()).hasSize(1);
    }
  }
}
