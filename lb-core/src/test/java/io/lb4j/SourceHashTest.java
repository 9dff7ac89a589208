package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceHashTest {
  private static final int CLIENTS = 6_000;

  private static Pool equal(int members) {
    return TestPools.equal(BalancingStrategy.sourceHash(), members);
  }

  private static String client(int number) {
    return "198.18." + number / 256 + "." + number % 256;
  }

  private static List<ServiceAddress> choicesOfAllClients(Pool pool) {
    List<ServiceAddress> choices = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      choices.add(choiceOf(pool, client(i)));
    }
    return choices;
  }

  private static ServiceAddress choiceOf(Pool pool, String client) {
    return TestPools.choose(pool, StubFlow.from(client)).address();
  }

  /**
   * Reckoned by a program of its own, from the published functions. Who changes these sends the
   * clients of every running balancer elsewhere.
   */
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,       10.0.0.2:80, 10.0.0.2:80",
    "192.0.2.2,       10.0.0.1:80, 10.0.0.2:80",
    "192.0.2.3,       10.0.0.3:80, [2001:db8::3]:80",
    "192.0.2.4,       10.0.0.3:80, 10.0.0.2:80",
    "198.51.100.7,    10.0.0.1:80, [2001:db8::3]:80",
    "203.0.113.255,   10.0.0.2:80, [2001:db8::3]:80",
    "0.0.0.0,         10.0.0.1:80, 10.0.0.1:80",
    "255.255.255.255, 10.0.0.2:80, 10.0.0.2:80",
    "2001:db8::1,     10.0.0.2:80, [2001:db8::3]:80",
    "2001:db8::2,     10.0.0.2:80, 10.0.0.2:80",
    "::1,             10.0.0.3:80, [2001:db8::3]:80",
    "fe80::1,         10.0.0.2:80, 10.0.0.2:80",
  })
  void choicesAreTheSameInEveryRelease(String client, String ofEqual, String ofWeighted) {
    Pool weighted =
        Pool.builder("q")
            .strategy(BalancingStrategy.sourceHash())
            .member("10.0.0.1", 80, 1)
            .member("10.0.0.2", 80, 2)
            .member("2001:db8::3", 80, 5)
            .build();

    assertThat(choiceOf(equal(3), client)).hasToString(ofEqual);
    assertThat(choiceOf(weighted, client)).hasToString(ofWeighted);
  }

  @Test
  void theSourcePortDoesNotMatter() {
    Pool pool = equal(7);
    for (int port = 1; port < 65_536; port += 997) {
      StubFlow flow = new StubFlow();
      flow.client = StubFlow.inet("192.0.2.9", port);
      assertThat(TestPools.choose(pool, flow).address())
          .as("choice for port %d", port)
          .isEqualTo(choiceOf(pool, "192.0.2.9"));
    }
  }

  @Test
  void theOrderOfThePoolDoesNotMatter() {
    Pool backwards = equal(5);
    List<MemberSpec> specs = new ArrayList<>();
    for (int i = 4; i >= 0; i--) {
      specs.add(TestPools.spec(i));
    }
    backwards.replaceMembers(specs);

    assertThat(choicesOfAllClients(backwards)).isEqualTo(choicesOfAllClients(equal(5)));
  }

  @Test
  void onlyTheClientsOfAMemberThatGoesMove() {
    Pool pool = equal(5);
    List<ServiceAddress> before = choicesOfAllClients(pool);
    PoolMember gone = pool.members().get(2);
    pool.remove(gone);
    List<ServiceAddress> after = choicesOfAllClients(pool);
    for (int i = 0; i < CLIENTS; i++) {
      if (before.get(i).equals(gone.address())) {
        assertThat(after.get(i)).as("client %d has to move", i).isNotEqualTo(gone.address());
      } else {
        assertThat(after.get(i)).as("client %d has no reason to move", i).isEqualTo(before.get(i));
      }
    }
  }

  @Test
  void everyoneIsBackWhenAMemberComesBack() {
    Pool pool = equal(5);
    List<ServiceAddress> before = choicesOfAllClients(pool);
    pool.members().get(2).disable();
    pool.members().get(2).enable();

    assertThat(choicesOfAllClients(pool)).isEqualTo(before);
  }

  @Test
  void aboutOneInNMovesToAMemberThatJoinsAndNobodyElsewhere() {
    Pool pool = equal(4);
    List<ServiceAddress> before = choicesOfAllClients(pool);
    PoolMember joined = pool.add("10.0.0.99", 80);
    List<ServiceAddress> after = choicesOfAllClients(pool);
    int moved = 0;
    for (int i = 0; i < CLIENTS; i++) {
      if (!after.get(i).equals(before.get(i))) {
        assertThat(after.get(i)).as("where client %d moved", i).isEqualTo(joined.address());
        moved++;
      }
    }

    assertThat((double) moved / CLIENTS).as("share that moved").isCloseTo(0.2, within(0.03));
  }

  @Test
  void aMemberThatMayNotBeUsedLendsItsClientsWithoutMovingOthers() {
    Pool pool = equal(5);
    PoolMember full = pool.members().get(1);
    for (int i = 0; i < 2000; i++) {
      ServiceAddress own = choiceOf(pool, client(i));
      StubFlow flow = StubFlow.from(client(i));
      flow.mayUse = member -> member != full;
      ServiceAddress lent = TestPools.choose(pool, flow).address();
      assertThat(lent.equals(own)).as("client %d stays", i).isEqualTo(!own.equals(full.address()));
    }
  }

  @Test
  void clientsAreSharedInProportionToTheWeights() {
    int[] weights = {1, 2, 5, 8};
    Pool pool = TestPools.weighted(BalancingStrategy.sourceHash(), weights);
    long[] counts = new long[4];
    for (int i = 0; i < CLIENTS; i++) {
      PoolMember chosen = TestPools.choose(pool, StubFlow.from(client(i)));
      counts[pool.members().indexOf(chosen)]++;
    }

    ChiSquare.assertProportional("clients", counts, new double[] {1, 2, 5, 8});
  }

  @Test
  void ipv6ClientsAreSharedEvenly() throws UnknownHostException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Pool pool = equal(4);
    long[] counts = new long[4];
    byte[] bytes = new byte[16];
    for (int i = 0; i < CLIENTS; i++) {
      random.nextBytes(bytes);
      bytes[0] = 0x20;
      StubFlow flow = new StubFlow();
      flow.client = new InetSocketAddress(InetAddress.getByAddress(bytes), 1);
      counts[pool.members().indexOf(TestPools.choose(pool, flow))]++;
    }

    ChiSquare.assertProportional("seed " + seed, counts, new double[] {1, 1, 1, 1});
  }

  @Test
  void anIpv4MappedClientIsTheIpv4Client() throws UnknownHostException {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 0};
    Pool pool = equal(5);
    for (int i = 0; i < 256; i++) {
      mapped[15] = (byte) i;
      StubFlow flow = new StubFlow();
      flow.client = new InetSocketAddress(InetAddress.getByAddress(mapped), 1);
      assertThat(TestPools.choose(pool, flow).address())
          .as("choice for ::ffff:192.0.2.%d", i)
          .isEqualTo(choiceOf(pool, "192.0.2." + i))
          .isEqualTo(choiceOf(pool, "::ffff:192.0.2." + i));
    }
  }

  @Test
  void clientsWithoutAnIpAddressCountAsOne() {
    Pool pool = equal(5);
    StubFlow one = new StubFlow();
    one.client = UnixDomainSocketAddress.of("");
    StubFlow other = new StubFlow();
    other.client = UnixDomainSocketAddress.of("named.sock");

    assertThat(TestPools.choose(pool, one)).isSameAs(TestPools.choose(pool, other));
  }
}
