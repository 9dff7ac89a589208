package io.lb4j.examples.cli;

import static io.lb4j.examples.cli.RunningCommand.serve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.AgentResponder;
import io.lb4j.HealthMonitor;
import io.lb4j.examples.peers.Await;
import io.lb4j.examples.peers.LittleClient;
import io.lb4j.examples.peers.LittleServer;
import io.lb4j.examples.peers.ShortHttpService;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code serve} makes of servers that are asked for more than a connection. */
class ServeMonitorTest {

  @Test
  void aServerIsUpWhenItsAddressAnswersAnEcho() throws Exception {
    try {
      HealthMonitor.ping();
    } catch (UnsupportedOperationException notPermitted) {
      assumeTrue(false, notPermitted.getMessage());
    }
    try (LittleServer server = LittleServer.shortHttp("one");
        RunningCommand serve = serve("--server " + at(server) + " --monitor ping")) {
      awaitLine(serve, "member up " + at(server));
    }
  }

  @Test
  void aServerThatAnswers503IsTakenOut() throws Exception {
    AtomicReference<String> status = new AtomicReference<>("200 OK");
    UnaryOperator<String> http =
        request ->
            "HTTP/1.0 "
                + (request.startsWith("GET /health ") ? status.get() : "200 OK")
                + "\r\n\r\none";
    try (LittleServer one = answering(http);
        LittleServer two = LittleServer.shortHttp("two");
        RunningCommand serve =
            serve(
                "--server " + at(one) + "*9 --server " + at(two),
                "--monitor http:/health --monitor-interval 0.2")) {
      awaitLine(serve, "member up " + at(one));
      awaitLine(serve, "member up " + at(two));
      assertThat(LittleClient.get(serve.address())).isEqualTo("one");

      status.set("503 Service Unavailable");
      awaitLine(serve, "member down " + at(one) + ", cause: status 503 (expected: 200..399)");
      assertThat(LittleClient.get(serve.address())).isEqualTo("two");
      assertThat(LittleClient.get(serve.address())).isEqualTo("two");
    }
  }

  @Test
  void aServerThatDoesNotKeepToTheScriptIsTakenOut() throws Exception {
    UnaryOperator<String> redis =
        request -> request.equals("PING\r\n") ? "+PONG; all is well\r\n" : "-ERR\r\n";
    try (LittleServer one = answering(redis);
        LittleServer loading = answering(request -> "-LOADING\r\n");
        RunningCommand serve =
            serve(
                "--server " + at(one) + " --server " + at(loading),
                "--monitor script:send=PING\\r\\n;expect=+PONG\\;;expect-match=w.ll;",
                "--monitor-interval 0.2")) {
      awaitLine(serve, "member up " + at(one));
      awaitLine(serve, "member down " + at(loading) + ", cause: closed before \"+PONG;\"");
    }
  }

  @Test
  void serversAreAskedByDatagrams() throws Exception {
    try (DatagramSocket refusing = answering(0x8185);
        DatagramSocket good = answering(0x8180);
        RunningCommand byDns =
            serve(
                "--server " + at(good) + " --server " + at(refusing),
                "--monitor dns:www.example.org/AAAA --monitor-interval 0.2");
        RunningCommand byScript =
            serve(
                "--server " + at(good) + " --server " + at(refusing),
                "--monitor script:send=0123456789abcdef;expect-hex=8180;reverse;udp",
                "--monitor-interval 0.2")) {
      awaitLine(byDns, "member up " + at(good));
      awaitLine(byDns, "member down " + at(refusing) + ", cause: REFUSED (expected: NOERROR)");
      awaitLine(byScript, "member down " + at(good) + ", cause: 0x8180 came (reverse)");
      awaitLine(byScript, "member up " + at(refusing));
    }
  }

  @Test
  void aServerIsAskedByDnsOverTcp() throws Exception {
    try (LittleServer one =
            LittleServer.start(
                LittleServer.anyLoopbackPort(),
                client -> {
                  DataInputStream in = new DataInputStream(client.getInputStream());
                  byte[] message = new byte[in.readUnsignedShort()];
                  in.readFully(message);
                  DataOutputStream out = new DataOutputStream(client.getOutputStream());
                  out.writeShort(message.length);
                  out.write(asReply(message, 0x8180));
                });
        RunningCommand serve = serve("--server " + at(one) + " --monitor dns+tcp:.")) {
      awaitLine(serve, "member up " + at(one));
    }
  }

  /** Answers each datagram with itself, made a DNS reply by these flags. */
  private static DatagramSocket answering(int flags) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  DatagramPacket heard = new DatagramPacket(new byte[512], 512);
                  socket.receive(heard);
                  asReply(heard.getData(), flags);
                  socket.send(heard);
                }
              } catch (IOException closed) {
                return;
              }
            },
            "little-dns");
    thread.setDaemon(true);
    thread.start();
    return socket;
  }

  private static byte[] asReply(byte[] message, int flags) {
    message[2] = (byte) (flags >> 8);
    message[3] = (byte) flags;
    return message;
  }

  private static String at(DatagramSocket socket) {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  @Test
  void aServerDrainsWhenTheScriptSaysSo() throws Exception {
    try (LittleServer one = answering(request -> "-LOADING\r\n");
        RunningCommand serve =
            serve(
                "--server " + at(one) + " --monitor-interval 0.2",
                "--monitor script:send=PING\\r\\n;expect=+PONG;drain-on=-LOADING")) {
      awaitLine(serve, "member drain changed " + at(one) + ", draining: true");
    }
  }

  @Test
  void anAgentDrainsItsServerAndTakesItBack() throws Exception {
    try (AgentResponder agent =
            AgentResponder.builder().listen("127.0.0.1", 0).report(() -> 50).start();
        LittleServer one = LittleServer.shortHttp("one");
        RunningCommand serve =
            serve(
                "--server " + at(one) + " --monitor tcp",
                "--monitor agent:" + ((InetSocketAddress) agent.address()).getPort(),
                "--monitor-interval 0.2")) {
      awaitLine(serve, "member agent changed " + at(one) + ", verdict: 50 %");
      assertThat(LittleClient.get(serve.address())).isEqualTo("one");

      agent.drain();
      awaitLine(serve, "member agent changed " + at(one) + ", verdict: DRAINING, 50 %");
      assertThatThrownBy(() -> LittleClient.get(serve.address())).isInstanceOf(IOException.class);

      agent.ready();
      assertThat(Await.until(() -> "one".equals(reply(serve)))).isTrue();
    }
  }

  private static String reply(RunningCommand serve) {
    try {
      return LittleClient.get(serve.address());
    } catch (IOException refused) {
      return "";
    }
  }

  @Test
  void certificatesAreCheckedUnlessToldOtherwise(@TempDir Path directory) throws Exception {
    SSLContext selfSigned = selfSigned(directory.resolve("keys.p12"));
    ShortHttpService http = new ShortHttpService(() -> "secret");
    try (LittleServer server =
        LittleServer.start(
            LittleServer.anyLoopbackPort(), client -> http.serve(overTls(client, selfSigned)))) {
      try (RunningCommand serve = serve("--server " + at(server) + " --monitor https:/")) {
        awaitLine(serve, "member down " + at(server) + ", cause: TLS: certificate ");
      }
      try (RunningCommand serve = serve("--server " + at(server) + " --monitor https+insecure:/")) {
        awaitLine(serve, "member up " + at(server));
      }
      String script = "script:send=GET\\t/\\r\\n\\r\\n;expect=secret;tls+insecure";
      try (RunningCommand serve = serve("--server " + at(server) + " --monitor " + script)) {
        awaitLine(serve, "member up " + at(server));
      }
    }
  }

  private static void awaitLine(RunningCommand serve, String beginning) throws Exception {
    assertThat(
            Await.until(() -> serve.lines().stream().anyMatch(line -> line.startsWith(beginning))))
        .as("%s in %s", beginning, serve.lines())
        .isTrue();
  }

  /** Answers what each client says first, and disconnects. */
  private static LittleServer answering(UnaryOperator<String> answer) throws IOException {
    return LittleServer.start(
        LittleServer.anyLoopbackPort(),
        client -> {
          byte[] request = new byte[8192];
          int length = Math.max(0, client.getInputStream().read(request));
          String asked = new String(request, 0, length, StandardCharsets.ISO_8859_1);
          client.getOutputStream().write(answer.apply(asked).getBytes(StandardCharsets.ISO_8859_1));
        });
  }

  private static Socket overTls(Socket client, SSLContext context) throws IOException {
    SSLSocket secured =
        (SSLSocket) context.getSocketFactory().createSocket(client, "", client.getPort(), true);
    secured.setUseClientMode(false);
    return secured;
  }

  private static SSLContext selfSigned(Path file) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString(),
                "-alias",
                "self",
                "-dname",
                "CN=self",
                "-ext",
                "san=ip:127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(made.waitFor()).isEqualTo(0);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static String at(LittleServer server) {
    return "127.0.0.1:" + server.port();
  }
}
