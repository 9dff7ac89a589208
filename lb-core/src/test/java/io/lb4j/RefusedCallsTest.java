package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.net.NativeTransport;
import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.ChildJvm;
import io.lb4j.testing.ChildTransport;
import io.lb4j.testing.Data;
import io.lb4j.testing.Launcher;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.Loopback;
import io.lb4j.testing.Peer;
import io.lb4j.testing.Peer.Ending;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Systems that refuse what the epoll transport would like to have, each a process of its own. */
@Timeout(60)
class RefusedCallsTest {
  private static final int JAVA_THAT_CAN_DENY = 24;
  private static final Duration QUIET = Duration.ofMillis(200);

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  @TempDir Path directory;

  private final long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
  private final Data down = Data.random(seed, 6 << 20);
  private final Data up = Data.random(seed + 1, 6 << 20);

  private static void assumeEpoll() {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
  }

  private ChildJvm child(List<String> launcher, String transport, ScriptedMember member)
      throws IOException {
    String port = Integer.toString(((InetSocketAddress) member.address()).getPort());
    return leaks.own(ChildJvm.start(directory, launcher, ChildTransport.class, transport, port));
  }

  /** One that reads and sends when {@link #sendRest} has it do so. */
  private ScriptedMember bulkMember() throws IOException {
    return leaks.member(new Behaviour.ByHand());
  }

  private TestClient clientOf(ChildJvm child) throws IOException {
    return leaks.own(TestClient.to(Loopback.port(1, Integer.parseInt(child.await("listening ")))));
  }

  /** Sends what is left of the client's data and all of the member's. */
  private void sendRest(TestClient client, ScriptedMember member, int from) throws Exception {
    client.collect();
    Thread sender = new Thread(() -> sendToEnd(client, from), "sender");
    sender.setDaemon(true);
    sender.start();
    Peer served = member.awaitFirst();
    // So much waits then that buffers are filled, however slowly the machine runs.
    Await.settled("bytes sent while the member reads nothing", QUIET, client::sent);
    new Behaviour.Exchange(down, 200_000, seed).play(served);
    assertThat(client.awaitEnding()).as("seed %d", seed).isEqualTo(Ending.END);
    assertThat(served.awaitEnding()).as("seed %d", seed).isEqualTo(Ending.END);
    assertThat(client.digest()).as("seed %d", seed).isEqualTo(down.digest());
    assertThat(served.digest()).as("seed %d", seed).isEqualTo(up.digest());
  }

  private void sendToEnd(TestClient client, int from) {
    try {
      client.send(up.part(from, up.length() - from));
      client.end();
    } catch (IOException gone) {
      // the digest at the other end will tell
    }
  }

  private static void quit(ChildJvm child) throws Exception {
    child.say("quit");
    child.await("closed");
    assertThat(child.endedWell()).isTrue();
    assertThat(child.lines()).noneMatch(line -> line.contains("ERROR"));
  }

  /** To be asked of a child that has quit, so that all it said has been heard. */
  private static List<String> warningsOfBulk(ChildJvm child) {
    return child.lines().stream()
        .filter(line -> line.startsWith("log [WARN]") && line.contains("bulk"))
        .toList();
  }

  // ---- pipes

  @Test
  void bulkIsCopiedWhenNoDescriptorIsLeftForAPipe() throws Exception {
    assumeEpoll();
    assumeTrue(ChildJvm.hasCommand("bash"), "no bash to set a limit with");
    ScriptedMember member = bulkMember();
    ChildJvm child = child(List.of("bash", "-c", "ulimit -n 150" + ChildJvm.GO), "EPOLL", member);
    TestClient client = clientOf(child);
    client.send(up.part(0, 1));
    member.awaitFirst().readUntil(1);
    for (int i = 0; i < 150; i++) {
      child.say("hold");
    }
    child.await("nothing left to hold");

    sendRest(client, member, 1);
    quit(child);

    assertThat(warningsOfBulk(child))
        .singleElement()
        .asString()
        .contains("no pipe", "copied", "Too many open files", "ulimit -n");
  }

  @Test
  void bulkIsCopiedWhenItsUserHasAllThePipeMemoryHeMayHave() throws Exception {
    assumeEpoll();
    assumeTrue(
        ChildJvm.succeeds(List.of("unshare", "-r", "true")),
        "no user namespace of one's own on this machine, to be without privileges in");
    Path fill = Launcher.fillingPipes(directory);
    ScriptedMember member = bulkMember();
    ChildJvm child = child(List.of("unshare", "-r", fill.toString()), "EPOLL", member);

    sendRest(clientOf(child), member, 0);
    quit(child);

    assertThat(warningsOfBulk(child))
        .singleElement()
        .asString()
        .contains("no pipe of 1 MiB", "copied", "fs.pipe-user-pages-soft");
  }

  @ParameterizedTest
  @CsvSource({"splice,EPERM", "pipe2,ENOSYS"})
  void bulkIsCopiedWhereTheSystemRefusesPipes(String call, String error) throws Exception {
    assumeEpoll();
    Path refusing = Launcher.refusing(directory, call, error);
    ScriptedMember member = bulkMember();
    ChildJvm child = child(List.of(refusing.toString()), "AUTO", member);

    assertThat(child.await("transport ")).isEqualTo("EPOLL");
    sendRest(clientOf(child), member, 0);
    quit(child);

    assertThat(warningsOfBulk(child))
        .singleElement()
        .asString()
        .contains("the system refuses " + call, "bulk is copied");
  }

  @Test
  void interruptedSpliceDoesNotStopBulk() throws Exception {
    ScriptedMember member = bulkMember();
    ChildJvm child = child(spliceFailing("EINTR:when=5+5"), "EPOLL", member);

    sendRest(clientOf(child), member, 0);
    quit(child);
  }

  @Test
  void spliceThatIsRefusedOnlyAtRunTimeLeavesTheFlowUnharmed() throws Exception {
    ScriptedMember member = bulkMember();
    ChildJvm child = child(spliceFailing("EINVAL"), "EPOLL", member);

    sendRest(clientOf(child), member, 0);
    quit(child);

    assertThat(warningsOfBulk(child))
        .singleElement()
        .asString()
        .contains("the system refuses splice", "bulk is copied");
  }

  /** What to start a child with, so that splice fails in this way. */
  private static List<String> spliceFailing(String error) throws Exception {
    assumeEpoll();
    assumeTrue(
        ChildJvm.hasCommand("strace")
            && ChildJvm.succeeds(List.of("strace", "-qq", "-o", "/dev/null", "true")),
        "no strace to make calls fail with");
    String injection = "inject=splice:error=" + error;
    return List.of(
        "strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=splice", "-e", injection);
  }

  // ---- small payloads

  @ParameterizedTest
  @CsvSource({"io_uring_setup,ENOSYS", "io_uring_enter,EPERM"})
  void smallPayloadsAreSentOneByOneWhereTheSystemRefusesARing(String call, String error)
      throws Exception {
    assumeEpoll();
    Path refusing = Launcher.refusing(directory, call, error);
    ChildJvm child =
        child(List.of(refusing.toString()), "AUTO", leaks.member(new Behaviour.Echo()));

    assertThat(child.await("transport ")).isEqualTo("EPOLL");
    askAllAtOnce(child, 20);
    quit(child);

    assertThat(child.lines())
        .filteredOn(line -> line.startsWith("log [WARN]"))
        .singleElement()
        .asString()
        .contains("the system refuses " + call, "small payloads are sent one by one");
  }

  @Test
  void smallPayloadsAreSentOneByOneWhenNoDescriptorIsLeftForARing() throws Exception {
    assumeEpoll();
    ScriptedMember member = leaks.member(new Behaviour.Echo());
    ChildJvm child = child(List.of("bash", "-c", "ulimit -n 150" + ChildJvm.GO), "EPOLL", member);
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      clients.add(clientOf(child));
      assertThat(clients.get(i).ask("here")).isEqualTo("here");
    }
    for (int i = 0; i < 150; i++) {
      child.say("hold");
    }
    child.await("nothing left to hold");

    for (int round = 0; round < 50; round++) {
      askAllAtOnce(clients);
    }
    quit(child);

    assertThat(child.lines())
        .filteredOn(line -> line.startsWith("log [WARN]") && line.contains("io_uring"))
        .hasSizeLessThanOrEqualTo(1) // none if there never were three payloads in a turn
        .allMatch(line -> line.contains("Too many open files"));
  }

  private void askAllAtOnce(ChildJvm child, int count) throws IOException {
    List<TestClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(clientOf(child));
    }
    askAllAtOnce(clients);
  }

  private static void askAllAtOnce(List<TestClient> clients) throws IOException {
    for (TestClient client : clients) {
      client.send("hello");
    }
    for (TestClient client : clients) {
      assertThat(client.take(5)).hasValueSatisfying(bytes -> assertThat(bytes).hasSize(5));
    }
  }

  // ---- all of it

  @ParameterizedTest
  @ValueSource(strings = {"EPERM", "ENOSYS"})
  void nioIsUsedWhereTheSystemRefusesACallThatOnlyEpollNeeds(String error) throws Exception {
    assumeEpoll();
    Path refusing = Launcher.refusing(directory, "accept4", error);
    ScriptedMember member = bulkMember();
    ChildJvm child = child(List.of(refusing.toString()), "AUTO", member);

    assertThat(child.await("transport ")).isEqualTo("NIO");
    assertThat(child.lines())
        .anyMatch(
            line ->
                line.startsWith("log [INFO]")
                    && line.contains("uses the nio transport, not epoll")
                    && line.contains("the system refuses accept4"));
    sendRest(clientOf(child), member, 0);
    quit(child);

    assertThat(warningsOfBulk(child)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"accept4", "epoll_create1", "epoll_ctl", "eventfd2"})
  void epollThatWasAskedForIsRefusedWithTheCallThatIsMissing(String call) throws Exception {
    assumeEpoll();
    Path refusing = Launcher.refusing(directory, call, "EPERM");
    ChildJvm child =
        child(List.of(refusing.toString()), "EPOLL", leaks.member(new Behaviour.Discard()));

    assertThat(child.await("refused: "))
        .contains("virtual server edge", "no epoll transport", "the system refuses " + call);
    assertThat(child.endedWell()).isTrue();
  }

  @Test
  void deniedNativeAccessMeansNioAndIsToldWithTheFlagThatGrantsIt() throws Exception {
    assumeTrue(
        Runtime.version().feature() >= JAVA_THAT_CAN_DENY, "this Java cannot deny native access");
    List<String> denying = List.of("env", "JDK_JAVA_OPTIONS=--illegal-native-access=deny");
    ScriptedMember member = bulkMember();
    ChildJvm child = child(denying, "AUTO", member);

    assertThat(child.await("transport ")).isEqualTo("NIO");
    assertThat(child.lines())
        .anyMatch(
            line ->
                line.startsWith("log [INFO]")
                    && line.contains("--enable-native-access=ALL-UNNAMED"));
    sendRest(clientOf(child), member, 0);
    quit(child);

    ChildJvm forced = child(denying, "EPOLL", member);
    assertThat(forced.await("refused: ")).contains("--enable-native-access=ALL-UNNAMED");
    assertThat(forced.endedWell()).isTrue();
  }

  @Test
  void epollThatCannotBeHereIsRefusedWithTheReason() throws Exception {
    assumeTrue(NativeTransport.find().transport().isEmpty(), "epoll works here");
    ChildJvm child = child(List.of(), "EPOLL", leaks.member(new Behaviour.Discard()));

    assertThat(child.await("refused: "))
        .contains("no epoll transport", NativeTransport.find().whyNot());
    assertThat(child.endedWell()).isTrue();
  }
}
