package io.lb4j;

import io.lb4j.internal.probe.BlockingProber;
import io.lb4j.internal.probe.ProbeReport;
import io.lb4j.internal.probe.Prober;
import io.lb4j.internal.probe.Program;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs a program on one of the pool's probe threads, which ends it when the time is over. */
final class ProgramCheck implements Check {
  private final ExecCheck settings;

  ProgramCheck(ExecCheck settings) {
    this.settings = settings;
  }

  @Override
  public Prober proberOf(PoolMember member, ProbeRoom room) {
    return new BlockingProber(
        room.loop(), room.threads(), member.runningProbes(this), () -> check(member));
  }

  private ProbeReport check(PoolMember member) {
    try {
      return programFor(member).run();
    } catch (InterruptedException timeIsOver) {
      return ProbeReport.failed("timed out"); // which the loop has said already
    }
  }

  private Program programFor(PoolMember member) {
    SocketAddress address = member.socketAddress().orElseThrow();
    String host = address.toString();
    int port = 0;
    if (address instanceof InetSocketAddress inet) {
      host = inet.getAddress().getHostAddress();
      port = inet.getPort();
    }
    List<String> command = new ArrayList<>(settings.command());
    command.add(host);
    command.add(Integer.toString(port));
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.putAll(settings.environment());
    environment.put("LB4J_MEMBER_HOST", host);
    environment.put("LB4J_MEMBER_PORT", Integer.toString(port));
    environment.put("LB4J_MEMBER_NAME", member.toString());
    return new Program(command, environment, settings.expectedStatuses(), settings.maxOutput());
  }

  @Override
  public String toString() {
    return settings.toString();
  }
}
