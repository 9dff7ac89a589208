package io.lb4j.examples;

import io.lb4j.KeySource;
import io.lb4j.Pool;
import io.lb4j.Routes;
import io.lb4j.VirtualServer;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import java.io.IOException;

/** Routes: what a client asks for first decides which pool serves it. */
public final class RoutesByPath {
  private RoutesByPath() {}

  public static void main(String[] args) throws IOException {
    try (LittleServer page = LittleServer.shortHttp("a page");
        LittleServer basket = LittleServer.shortHttp("a basket")) {
      Pool web = Pool.builder("web").member("127.0.0.1", page.port()).build();
      Pool shop = Pool.builder("shop").member("127.0.0.1", basket.port()).build();

      // A connection goes to one pool for good, by its first request. For TLS, of which nothing is
      // decrypted, KeySource.tlsServerName() takes the place of the path.
      try (VirtualServer edge =
          VirtualServer.builder("edge")
              .listen("127.0.0.1", 0)
              .pool(web)
              .routes(Routes.by(KeySource.httpPath()).to("/basket", shop))
              .start()) {
        System.out.println(LittleClient.get(edge.address(), "/"));
        System.out.println(LittleClient.get(edge.address(), "/basket"));
        System.out.println(LittleClient.get(edge.address(), "/elsewhere"));
      }
    }
  }
}
