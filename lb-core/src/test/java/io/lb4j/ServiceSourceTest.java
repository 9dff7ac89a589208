package io.lb4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.testing.ChildJvm;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that the SRV records of a service bring. */
@Timeout(20)
class ServiceSourceTest {
  private static final String WEB = "_http._tcp.example.com";

  private final AtomicReference<ServiceResolver> services = new AtomicReference<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Pool pool =
      Pool.builder("serviced")
          .serviceResolver(this::resolve)
          .resolver(host -> List.of(StubFlow.inet("10.1.1.1", 0).getAddress()))
          .source(MemberSource.service(WEB))
          .build();

  private List<ServiceRecord> resolve(String service) throws UnknownHostException {
    asked.incrementAndGet();
    return services.get().resolve(service);
  }

  @AfterEach
  void close() {
    pool.release();
    Eventually.equal("threads left", 0L, () -> Threads.named("lb4j-serviced"));
  }

  private void answer(ServiceRecord... records) {
    services.set(service -> List.of(records));
  }

  private void askAgain() {
    int before = asked.get();
    Eventually.holds(
        "two more rounds",
        () -> {
          pool.resolveNow();
          return asked.get() >= before + 2;
        });
  }

  private List<String> members() {
    return pool.members().stream().map(member -> member.address() + "*" + member.weight()).toList();
  }

  @Test
  void eachRecordIsAMemberWhoseTargetIsResolved() {
    AtomicReference<String> service = new AtomicReference<>();
    services.set(
        name -> {
          service.set(name);
          return List.of(
              new ServiceRecord("a.example.com", 8080, 10, 5),
              new ServiceRecord("10.0.0.2", 8081, 10, 0));
        });
    pool.retain();

    assertThat(service).hasValue(WEB);
    assertThat(members()).containsExactly("a.example.com:8080*5", "10.0.0.2:8081*1");
    assertThat(pool.availableMembers()).hasSize(2);
    assertThat(pool.member("a.example.com", 8080).socketAddress())
        .contains(StubFlow.inet("10.1.1.1", 8080));
  }

  @Test
  void weightsBeyondOursShrinkTogether() {
    answer(
        new ServiceRecord("10.0.0.1", 80, 1, 60_000),
        new ServiceRecord("10.0.0.2", 80, 1, 30_000),
        new ServiceRecord("10.0.0.3", 80, 1, 1));
    pool.retain();

    assertThat(members()).containsExactly("10.0.0.1:80*256", "10.0.0.2:80*128", "10.0.0.3:80*1");
  }

  @Test
  void lowerPrioritiesComeFirst() {
    answer(
        new ServiceRecord("10.0.0.1", 80, 20, 1),
        new ServiceRecord("10.0.0.2", 80, 10, 1),
        new ServiceRecord("10.0.0.3", 80, 10, 1));
    pool.retain();

    assertThat(TestPools.counts(pool, 10)).as("of .2, .3 and .1").containsExactly(5, 5, 0);
  }

  @Test
  void ofTwoRecordsForOneServerTheOneThatComesFirstCounts() {
    answer(
        new ServiceRecord("10.0.0.1", 80, 20, 7),
        new ServiceRecord("10.0.0.1", 80, 10, 3),
        new ServiceRecord("10.0.0.1", 81, 30, 4));
    pool.retain();

    assertThat(members()).containsExactly("10.0.0.1:80*3", "10.0.0.1:81*4");
  }

  @Test
  void anOperatorsWeightHoldsUntilTheRecordsChanges() {
    answer(new ServiceRecord("10.0.0.1", 80, 1, 3));
    pool.retain();
    pool.member("10.0.0.1", 80).reweight(100);
    askAgain();
    assertThat(members()).containsExactly("10.0.0.1:80*100");

    answer(new ServiceRecord("10.0.0.1", 80, 1, 4));
    askAgain();

    Eventually.equal("members", List.of("10.0.0.1:80*4"), this::members);
  }

  @Test
  void serversStayWhileTheResolverFailsAndLeaveWhenItSaysThatThereAreNone() {
    answer(new ServiceRecord("10.0.0.1", 80, 1, 1));
    pool.retain();
    services.set(
        service -> {
          throw new UnknownHostException("SERVFAIL");
        });
    askAgain();
    assertThat(members()).containsExactly("10.0.0.1:80*1");

    answer();
    askAgain();

    Eventually.equal("members", List.of(), this::members);
  }

  /** Runs without {@code java.naming}. */
  static final class WithoutNaming {
    private WithoutNaming() {}

    public static void main(String[] arguments) {
      Pool.Builder builder = Pool.builder("p").source(MemberSource.service(WEB));
      try {
        builder.build();
      } catch (IllegalStateException told) {
        System.out.println("told: " + told.getMessage());
      }
      System.out.println(
          "with a resolver of its own: "
              + builder.serviceResolver(service -> List.of()).build().sources());
    }
  }

  @Test
  void withoutTheModuleAServiceIsRefusedWithTheRemedy(@TempDir Path directory) throws Exception {
    pool.retain(); // as the other tests
    String noLogback = "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider";
    List<String> limited =
        List.of("env", "JDK_JAVA_OPTIONS=--limit-modules java.base " + noLogback);
    try (ChildJvm child = ChildJvm.start(directory, limited, WithoutNaming.class)) {
      assertThat(child.await("told: "))
          .isEqualTo(
              "services need the module java.naming, which this JVM runs without: add it"
                  + " (--add-modules java.naming) or set a serviceResolver of your own");
      assertThat(child.await("with a resolver of its own: ")).isEqualTo("[" + WEB + "]");
      assertThat(child.endedWell()).isTrue();
    }
  }
}
