package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A program that finds out whether a member is fit, for {@link HealthMonitor#exec}. Immutable: each
 * setting returns a changed copy.
 *
 * <p>It is run once for each probe and says by its exit status whether the member is fit. It gets
 * the member's address and port as its last two arguments, after your own, and in its environment
 * (HAProxy's {@code external-check} passes the same as {@code HAPROXY_SERVER_ADDR}, {@code
 * HAPROXY_SERVER_PORT} and {@code HAPROXY_SERVER_NAME}):
 *
 * <ul>
 *   <li>{@code LB4J_MEMBER_HOST}: the resolved address, such as {@code 10.0.0.1} or {@code
 *       fd00::1}; the path of a UNIX-domain socket
 *   <li>{@code LB4J_MEMBER_PORT}: the port; 0 for a UNIX-domain socket
 *   <li>{@code LB4J_MEMBER_NAME}: pool and member, such as {@code web/10.0.0.1:80}
 *   <li>{@code PATH}: the host application's. Nothing else of its environment is passed on, for
 *       there may be secrets in it; {@link #environment(String, String)} adds what is needed.
 * </ul>
 *
 * <p>No shell is involved. Its standard input is empty, and what it prints to standard output and
 * standard error goes to one place: the last line becomes part of the failure's words. When the
 * monitor's timeout is over, the program and all its descendants are told to end (SIGTERM), and
 * killed (SIGKILL) when they have not within 250 ms. A process that left the tree before, as
 * daemons do, is not found.
 */
public final class ExecCheck {
  private static final int DEFAULT_MAX_OUTPUT = 4096;
  private static final int LARGEST_MAX_OUTPUT = 1 << 20;

  private final List<String> command;
  private final Map<String, String> environment;
  private final Set<Integer> statuses;
  private final int maxOutput;

  private ExecCheck(
      List<String> command, Map<String, String> environment, Set<Integer> statuses, int maxOutput) {
    this.command = command;
    this.environment = environment;
    this.statuses = statuses;
    this.maxOutput = maxOutput;
  }

  /**
   * Runs a program with these arguments before the member's address and port.
   *
   * @param program its path; a bare name is looked for in the host application's {@code PATH}
   */
  public static ExecCheck of(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(withoutNul("program", Checks.notBlank("program", program)));
    for (String argument : Checks.present("arguments", arguments)) {
      command.add(withoutNul("argument", Checks.present("argument", argument)));
    }
    return new ExecCheck(List.copyOf(command), Map.of(), Set.of(0), DEFAULT_MAX_OUTPUT);
  }

  private static String withoutNul(String name, String text) {
    if (text.indexOf('\0') >= 0) {
      throw Checks.bad(name, text.replace('\0', '?'), "no NUL character");
    }
    return text;
  }

  /** The same with one more variable in the program's environment; it may replace {@code PATH}. */
  public ExecCheck environment(String name, String value) {
    withoutNul("name", Checks.notBlank("name", name));
    withoutNul("value", Checks.present("value", value));
    if (name.indexOf('=') >= 0 || name.startsWith("LB4J_MEMBER_")) {
      throw Checks.bad("name", name, "no = in it, not LB4J_MEMBER_...");
    }
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new ExecCheck(command, Collections.unmodifiableMap(more), statuses, maxOutput);
  }

  /** The same with other exit statuses that pass, each 0..255; default 0 alone. */
  public ExecCheck expect(int... statuses) {
    Set<Integer> passing = new TreeSet<>();
    for (int status : Checks.present("statuses", statuses)) {
      passing.add(Checks.range("status", status, 0, 255));
    }
    if (passing.isEmpty()) {
      throw Checks.bad("statuses", "none", "one or more");
    }
    return new ExecCheck(command, environment, Collections.unmodifiableSet(passing), maxOutput);
  }

  /**
   * The same with another number of bytes that are kept of what the program printed last,
   * 1..1048576; default 4096. The rest is read and dropped.
   */
  public ExecCheck maxOutput(int bytes) {
    Checks.range("maxOutput", bytes, 1, LARGEST_MAX_OUTPUT);
    return new ExecCheck(command, environment, statuses, bytes);
  }

  /** The program, then the arguments before the member's address and port. */
  public List<String> command() {
    return command;
  }

  /** What is added to its environment. */
  public Map<String, String> environment() {
    return environment;
  }

  /** The exit statuses that pass, in order. */
  public Set<Integer> expectedStatuses() {
    return statuses;
  }

  /** How many bytes are kept of what it printed last. */
  public int maxOutput() {
    return maxOutput;
  }

  @Override
  public String toString() {
    return "exec " + String.join(" ", command);
  }
}
