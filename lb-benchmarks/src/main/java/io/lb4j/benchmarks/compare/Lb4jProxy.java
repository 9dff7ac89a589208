package io.lb4j.benchmarks.compare;

import io.lb4j.MemberSpec;
import io.lb4j.Pool;
import io.lb4j.ServiceAddress;
import io.lb4j.TransportKind;
import io.lb4j.VirtualServer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** lb4j as a proxy in a JVM of its own, with one event loop and otherwise its defaults. */
final class Lb4jProxy {
  private Lb4jProxy() {}

  /**
   * Serves until standard input ends, which it does with the process that started this one.
   *
   * @param args the transport, where to listen, then the members
   * @throws IOException when standard input cannot be read
   */
  public static void main(String[] args) throws IOException {
    Pool.Builder pool = Pool.builder("compare");
    Arrays.stream(args)
        .skip(2)
        .map(ServiceAddress::parse)
        .map(MemberSpec::of)
        .forEach(pool::member);
    VirtualServer proxy =
        VirtualServer.builder("compare")
            .transport(TransportKind.valueOf(args[0]))
            .listen(ServiceAddress.parse(args[1]))
            .pool(pool.build())
            .loops(1)
            .start();
    try (proxy) {
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
