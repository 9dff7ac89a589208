package io.lb4j;

import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.UdpMember;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What tests of probes by datagrams on real sockets need.
 *
 * @param <C> the check that they are about
 */
@Timeout(30)
abstract class ProbesOverUdp<C> {
  static final int PROXY_HEADER = 16;
  static final Duration LONG = Duration.ofSeconds(20);
  static final Duration SHORT = Duration.ofMillis(200);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();
  private ProbeBench bench;

  abstract Check checkOf(C check);

  @BeforeEach
  void open() throws IOException {
    bench = leaks.own(new ProbeBench());
  }

  final UdpMember member(UdpMember.Answers answers) throws IOException {
    return leaks.own(UdpMember.with(answers));
  }

  final UdpMember ipv6Member(UdpMember.Answers answers) throws IOException {
    Optional<InetAddress> ipv6 = Loopback.ipv6();
    Assumptions.assumeTrue(ipv6.isPresent());
    return leaks.own(UdpMember.at(new InetSocketAddress(ipv6.orElseThrow(), 0), answers));
  }

  final ProbeBench.Probing probe(C check, MemberSpec member, Duration timeout) {
    return bench.begin(checkOf(check), ProbeBench.member(member), timeout);
  }

  final ProbeReport report(C check, UdpMember.Answers answers) throws IOException {
    return probe(check, member(answers).spec(), LONG).report();
  }

  final String failure(C check, UdpMember.Answers answers) throws IOException {
    return probe(check, member(answers).spec(), LONG).failure();
  }

  /** The one member of a pool that a virtual server uses. */
  final PoolMember served(Pool.Builder builder) {
    Pool pool = builder.build();
    leaks.start(VirtualServer.builder("edge").listen("127.0.0.1", 0).loops(1).pool(pool));
    return pool.members().get(0);
  }
}
