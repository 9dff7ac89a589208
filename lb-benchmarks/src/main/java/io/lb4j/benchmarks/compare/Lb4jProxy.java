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
import java.util.Locale;
import java.util.Optional;

/** lb4j as a proxy in a JVM of its own, with its defaults but for its event loops. */
final class Lb4jProxy {
  private Lb4jProxy() {}

  /**
   * Serves until standard input ends, which it does with the process that started this one; or with
   * nothing but a transport says what it would serve with.
   *
   * @param args the transport, how many loops, the workload, where to listen, then the members
   * @throws IOException when standard input cannot be read
   */
  public static void main(String[] args) throws IOException {
    TransportKind transport = TransportKind.valueOf(args[0]);
    if (args.length == 1) {
      System.out.println(version(transport));
    } else {
      serve(transport, args);
    }
  }

  private static String version(TransportKind asked) {
    Pool nobody = Pool.builder("version").build();
    VirtualServer.Builder builder = VirtualServer.builder("version").transport(asked).loops(1);
    try (VirtualServer server = builder.listen("127.0.0.1", 0).pool(nobody).start()) {
      String taken = server.transport().name().toLowerCase(Locale.ROOT);
      return "Java " + Runtime.version() + ", " + taken + " transport";
    }
  }

  private static void serve(TransportKind transport, String[] args) throws IOException {
    Pool.Builder pool = Pool.builder("compare");
    Arrays.stream(args)
        .skip(4)
        .map(ServiceAddress::parse)
        .map(MemberSpec::of)
        .forEach(pool::member);
    VirtualServer.Builder builder =
        VirtualServer.builder("compare")
            .transport(transport)
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
