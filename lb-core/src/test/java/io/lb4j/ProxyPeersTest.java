package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PROXY headers from and to a real HAProxy and a real nginx. */
@Timeout(60)
class ProxyPeersTest {
  private static final String FRONT = "127.0.0.78"; // where nothing else listens
  private static final TrustedProxies LOOPBACK = TrustedProxies.in("127.0.0.0/8");

  @RegisterExtension final LeakCheck leaks = new LeakCheck();
  @TempDir Path directory;

  private final FlowLog log = new FlowLog();

  private static Path installed(String... places) {
    Optional<Path> found = List.of(places).stream().map(Path::of).filter(Files::exists).findFirst();
    assumeTrue(found.isPresent(), () -> places[0] + " is not installed");
    return found.orElseThrow();
  }

  /** A process that ends with the test. */
  private void run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    leaks.own(
        () -> {
          process.destroyForcibly();
          process.waitFor(5, TimeUnit.SECONDS);
        });
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(FRONT))) {
      return socket.getLocalPort();
    }
  }

  private static int portOf(VirtualServer server) {
    return ((InetSocketAddress) server.address()).getPort();
  }

  /** Through the peer, as soon as that listens. */
  private TestClient clientOf(int port) {
    TestClient[] client = new TestClient[1];
    Await.until(
        "the peer to listen",
        () -> {
          try {
            client[0] = leaks.own(TestClient.to(new InetSocketAddress(FRONT, port)));
            return true;
          } catch (IOException notYet) {
            return false;
          }
        });
    return client[0];
  }

  private VirtualServer edge(Pool pool) {
    return leaks.start(Edges.edge(pool).trustedProxies(LOOPBACK).listener(log));
  }

  @ParameterizedTest
  @CsvSource({"send-proxy, v1", "send-proxy-v2, v2"})
  void haproxyOnBothSidesTellsAndIsTold(String sending, String version) throws Exception {
    String haproxy = installed("/usr/sbin/haproxy", "/usr/local/sbin/haproxy").toString();
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    Path inner = directory.resolve("inner");
    Pool pool =
        Pool.builder("inner")
            .proxyProtocol(version.equals("v1") ? ProxyProtocol.v1() : ProxyProtocol.v2())
            .member(MemberSpec.of(ServiceAddress.unix(inner)))
            .build();
    VirtualServer edge = edge(pool);
    int port = freePort();
    Path configuration =
        file(
            "haproxy.cfg",
            """
            defaults
              mode tcp
              timeout connect 5s
              timeout client 20s
              timeout server 20s
            listen front
              bind %s:%d
              server edge 127.0.0.1:%d %s
            listen inner
              bind unix@%s accept-proxy
              server member 127.0.0.1:%d send-proxy
            """
                .formatted(
                    FRONT, port, portOf(edge), sending, inner, member.spec().address().port()));
    run(haproxy, "-db", "-f", configuration.toString());
    TestClient client = clientOf(port);
    InetSocketAddress source = (InetSocketAddress) client.localAddress();
    String header =
        "PROXY TCP4 %s %s %d %d\r\n"
            .formatted(source.getAddress().getHostAddress(), FRONT, source.getPort(), port);
    client.send("hello");
    client.readUntil(header.length() + 5);
    assertThat(client.text()).isEqualTo(header + "hello");
    client.end();
    client.readToEnd();
    Flow flow = log.awaitClose();
    assertThat(flow.client()).isEqualTo(source);
    assertThat(flow.destination()).isEqualTo(new InetSocketAddress(FRONT, port));
  }

  @Test
  void nginxOnBothSidesTellsAndIsTold() throws Exception {
    String nginx = installed("/usr/sbin/nginx").toString();
    Path module =
        installed(
            "/usr/lib/nginx/modules/ngx_stream_module.so",
            "/usr/share/nginx/modules/ngx_stream_module.so");
    int innerPort = freePort();
    Pool pool =
        Pool.builder("inner").proxyProtocol(ProxyProtocol.v2()).member(FRONT, innerPort).build();
    VirtualServer edge = edge(pool);
    int port = freePort();
    Path configuration =
        file(
            "nginx.conf",
            """
            load_module %s;
            daemon off;
            worker_processes 1;
            pid %s/pid;
            error_log %s/error.log;
            events {}
            stream {
              server { listen %s:%d; proxy_pass 127.0.0.1:%d; proxy_protocol on; }
              server { listen %s:%d proxy_protocol;
                       return "$proxy_protocol_addr $proxy_protocol_port"; }
            }
            """
                .formatted(
                    module, directory, directory, FRONT, port, portOf(edge), FRONT, innerPort));
    run(nginx, "-c", configuration.toString());
    TestClient client = clientOf(port);
    client.readToEnd();
    InetSocketAddress source = (InetSocketAddress) client.localAddress();
    assertThat(client.text())
        .isEqualTo(source.getAddress().getHostAddress() + " " + source.getPort());
    assertThat(log.awaitClose().client()).isEqualTo(source);
  }
}
