package io.lb4j.testing;

import io.lb4j.BalancingStrategy;
import io.lb4j.MemberSpec;
import io.lb4j.Pool;
import io.lb4j.VirtualServer;
import java.util.stream.Stream;

/** Virtual servers as most tests need them: on a free loopback port, on two loops. */
public final class Edges {
  private Edges() {}

  /** A pool that takes its members in turn. */
  public static Pool pool(MemberSpec... members) {
    Pool.Builder builder = Pool.builder("web").strategy(BalancingStrategy.roundRobin());
    for (MemberSpec member : members) {
      builder.member(member);
    }
    return builder.build();
  }

  /** A pool that takes its members in turn. */
  public static Pool pool(ScriptedMember... members) {
    return pool(Stream.of(members).map(ScriptedMember::spec).toArray(MemberSpec[]::new));
  }

  /** A virtual server in front of these members. */
  public static VirtualServer.Builder edge(ScriptedMember... members) {
    return edge(pool(members));
  }

  /** A virtual server in front of this pool. */
  public static VirtualServer.Builder edge(Pool pool) {
    return VirtualServer.builder("edge").listen("127.0.0.1", 0).loops(2).pool(pool);
  }
}
