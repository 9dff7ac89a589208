package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.Await;
import io.lb4j.testing.Behaviour;
import io.lb4j.testing.Data;
import io.lb4j.testing.Edges;
import io.lb4j.testing.FlowLog;
import io.lb4j.testing.LeakCheck;
import io.lb4j.testing.ScriptedMember;
import io.lb4j.testing.TestClient;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that are known by a cookie, over real sockets. */
@Timeout(60)
abstract class CookiePersistenceContract {
  private static final String END = "\r\n\r\n";

  @RegisterExtension final LeakCheck leaks = new LeakCheck();

  private final FlowLog log = new FlowLog();

  abstract TransportKind transport();

  private ScriptedMember member(String name, String headers) throws IOException {
    String head = "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 3" + END;
    return leaks.member(new Behaviour.AnswerThenClose(END, Data.of(head + name)));
  }

  private VirtualServer edge(PersistencePolicy policy, ScriptedMember... members) {
    return leaks.start(
        Edges.edge(members).transport(transport()).persistence(policy).listener(log));
  }

  /** The name of the member that answered. */
  private String ask(VirtualServer edge, String headers) throws IOException {
    TestClient client = leaks.client(edge);
    client.send("GET / HTTP/1.1\r\n" + headers + "\r\n");
    client.readToEnd();
    client.end();
    String reply = client.text();
    return reply.substring(reply.indexOf(END) + END.length());
  }

  private static String cookie(String value) {
    return "Cookie: theme=dark; SID=" + value + "\r\n";
  }

  @Test
  void clientComesBackToTheMemberThatGaveItItsCookie() throws Exception {
    VirtualServer edge =
        edge(
            PersistencePolicy.httpCookie("SID"),
            member("one", "Set-Cookie: SID=a; Path=/\r\n"),
            member("two", "Set-Cookie: SID=b; Path=/\r\n"));
    String first = ask(edge, "");
    String second = ask(edge, "");
    assertThat(first).isNotEqualTo(second);
    String given = first.equals("one") ? "a" : "b";
    for (int i = 0; i < 5; i++) {
      assertThat(ask(edge, cookie(given))).isEqualTo(first);
    }
    assertThat(edge.persistence().find(FlowKey.of("a"))).isPresent();
    assertThat(edge.persistence().find(FlowKey.of("b"))).isPresent();
    assertThat(log.awaitCloses(7))
        .allSatisfy(flow -> assertThat(flow.persistenceKey()).isPresent());
  }

  @Test
  void cookieOfTheClientsOwnIsKeptTo() throws Exception {
    VirtualServer edge =
        edge(PersistencePolicy.httpCookie("SID"), member("one", ""), member("two", ""));
    String first = ask(edge, cookie("mine"));
    for (int i = 0; i < 5; i++) {
      assertThat(ask(edge, cookie("mine"))).isEqualTo(first);
    }
    assertThat(ask(edge, cookie("other"))).isNotEqualTo(ask(edge, cookie("another")));
  }

  @Test
  void cookieIsLearnedFromAReplyInSingleBytes() throws Exception {
    ScriptedMember slow = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = edge(PersistencePolicy.httpCookie("SID"), slow);
    TestClient client = leaks.client(edge);
    client.send("GET / HTTP/1.1\r\n\r\n");
    Data reply =
        Data.of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: SID=x\r\n\r\n");
    slow.awaitFirst().sendInPieces(reply, 1, new Random(1));
    client.readUntil(reply.length());
    Await.until("the record", () -> edge.persistence().find(FlowKey.of("x")).isPresent());
  }

  @Test
  void clientWithoutCookieIsKnownByItsAddress() throws Exception {
    PersistencePolicy policy =
        PersistencePolicy.httpCookie("SID").orElse(KeySource.sourceAddress());
    VirtualServer edge = edge(policy, member("one", ""), member("two", ""));
    String first = ask(edge, "");
    for (int i = 0; i < 4; i++) {
      assertThat(ask(edge, "")).isEqualTo(first);
    }
  }

  @Test
  void bulkAfterTheHeadIsWhole() throws Exception {
    Data body = Data.random(5, 3_000_000);
    ScriptedMember member = leaks.member(new Behaviour.ByHand());
    VirtualServer edge = edge(PersistencePolicy.httpCookie("SID"), member);
    TestClient client = leaks.client(edge);
    client.send("GET / HTTP/1.1\r\n\r\n");
    String head = "HTTP/1.1 200 OK\r\nSet-Cookie: SID=x\r\n\r\n";
    member.awaitFirst().send(head);
    client.readUntil(head.length());
    TestClient other = leaks.client(edge);
    other.send("GET / HTTP/1.1\r\n\r\n");
    member.await(2).get(1).send(body); // which is no HTTP at all
    member.accepted().get(1).end();
    other.readToEnd();
    assertThat(other.digest()).isEqualTo(body.digest());
  }
}
