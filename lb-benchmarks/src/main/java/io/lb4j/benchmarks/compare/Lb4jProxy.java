package io.lb4j.benchmarks.compare;

import io.lb4j.MemberSpec;
import io.lb4j.Pool;
import io.lb4j.ServiceAddress;
import io.lb4j.TransportKind;
import io.lb4j.UdpPolicy;
import io.lb4j.VirtualServer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/** lb4j as a proxy in a JVM of its own, with its defaults but for its event loops. */
final class Lb4jProxy {
  private Lb4jProxy() {}

  /**
   * Serves until standard input ends, which it does with the process that started this one.
   *
   * @param args the transport, how many loops, the workload, where to listen, then the members
   * @throws IOException when standard input cannot be read
   */
  public static void main(String[] args) throws IOException {
    Pool.Builder pool = Pool.builder("compare");
    Arrays.stream(args)
        .skip(4)
        .map(ServiceAddress::parse)
        .map(MemberSpec::of)
        .forEach(pool::member);
    VirtualServer.Builder builder =
        VirtualServer.builder("compare")
            .transport(TransportKind.valueOf(args[0]))
            .listen(ServiceAddress.parse(args[3]))
            .pool(pool.build())
            .loops(Integer.parseInt(args[1]));
    sessions(Workload.valueOf(args[2])).ifPresent(builder::udp);
    VirtualServer proxy = builder.start();
    try (proxy) {
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** As nginx is told to have them. */
  private static Optional<UdpPolicy> sessions(Workload workload) {
    return switch (workload) {
      case UDP_ECHO, UDP_BURST -> Optional.of(UdpPolicy.defaults());
      case UDP_SHORT -> Optional.of(UdpPolicy.defaults().endAfterReplies(1));
      default -> Optional.empty();
    };
  }
}
