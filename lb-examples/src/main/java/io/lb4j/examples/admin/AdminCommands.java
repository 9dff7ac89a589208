package io.lb4j.examples.admin;

import io.lb4j.PersistenceRecord;
import io.lb4j.Pool;
import io.lb4j.PoolMember;
import io.lb4j.ServiceAddress;
import io.lb4j.VirtualServer;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What an operator can ask of a virtual server while it runs, in lines such as {@code drain
 * 10.0.0.1:80}.
 */
public final class AdminCommands {
  private static final String DONE = "ok";
  private static final int MOST_RECORDS = 100; // listed at once
  private static final int EPHEMERAL_PORT = 50_000; // when none is said; persistence is by host

  /**
   * A command.
   *
   * @param parameters what follows its name, such as {@code MEMBER N}
   * @param meaning what it does, for the help
   * @param answer makes the answer from the parameters
   */
  private record Command(String parameters, String meaning, Function<List<String>, String> answer) {
    int count() {
      return parameters.isEmpty() ? 0 : parameters.split(" ", -1).length;
    }
  }

  private final VirtualServer server;
  private final Pool pool;
  private final Map<String, Command> commands = new LinkedHashMap<>();

  /** Commands to this virtual server and its pool. */
  public AdminCommands(VirtualServer server) {
    this.server = server;
    this.pool = server.pool();
    add("members", "", "the servers and how they are", words -> MemberTable.of(pool));
    add("flows", "", "the open flows", words -> this.server.flows().toString());
    add("close", "ID", "end this flow", this::close);
    add("closed", "", "why flows have ended", words -> ClosedTable.of(this.server));
    add("access", "", "who is let in, and how many were not", words -> AccessTable.of(this.server));
    add("datagrams", "", "what became of those of UDP", words -> DatagramTable.of(this.server));
    add("drain", "MEMBER", "no new flows, open ones go on", onMember(PoolMember::drain));
    add(
        "disable",
        "MEMBER",
        "no new flows, not even persisted ones",
        onMember(PoolMember::disable));
    add("enable", "MEMBER", "takes new flows again", onMember(PoolMember::enable));
    add("weight", "MEMBER N", "another share, 1..256", this::reweight);
    add("explain", "CLIENT", "which server it would get, and why not the others", this::explain);
    add("persistence", "", "who is sent back to which server", words -> records());
    add("forget", "KEY", "no longer send this client back", this::forget);
    add("rebalance", "RATE", "end RATE flows a second of overloaded members", this::rebalance);
    add("resolve", "", "ask for all names now", words -> resolve());
    add("help", "", "this list", words -> help());
  }

  private void add(
      String name, String parameters, String meaning, Function<List<String>, String> answer) {
    commands.put(name, new Command(parameters, meaning, answer));
  }

  /** Does what a line says; the answer has one line or several. Wrong lines change nothing. */
  public String answer(String line) {
    List<String> words = List.of(line.strip().split("\\s+"));
    Command command = commands.get(words.get(0));
    if (command == null) {
      return error("command", words.get(0), "one of " + String.join(", ", commands.keySet()));
    }
    if (words.size() - 1 != command.count()) {
      return error("command", line.strip(), usage(words.get(0)));
    }
    try {
      return command.answer().apply(words.subList(1, words.size()));
    } catch (IllegalArgumentException wrong) {
      return "error: " + wrong.getMessage();
    }
  }

  private static String error(String name, String value, String expected) {
    return "error: " + bad(name, value, expected).getMessage();
  }

  private static IllegalArgumentException bad(String name, String value, String expected) {
    return new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
  }

  private String usage(String name) {
    return (name + " " + commands.get(name).parameters()).strip();
  }

  private String help() {
    TextTable table = new TextTable("command", "meaning");
    commands.forEach((name, command) -> table.row(usage(name), command.meaning()));
    return table.toString();
  }

  private Function<List<String>, String> onMember(Consumer<PoolMember> change) {
    return words -> {
      change.accept(member(words.get(0)));
      return DONE;
    };
  }

  private PoolMember member(String address) {
    return pool.findMember(ServiceAddress.parse(address))
        .orElseThrow(() -> bad("member", address, "one that the command members lists"));
  }

  private String close(List<String> words) {
    String id = words.get(0);
    if (!id.matches("\\d{1,18}") || !server.flows().close(Long.parseLong(id))) {
      throw bad("id", id, "one that the command flows lists");
    }
    return DONE;
  }

  private String reweight(List<String> words) {
    PoolMember member = member(words.get(0));
    member.reweight(number("weight", words.get(1), "1..256"));
    return DONE;
  }

  private String explain(List<String> words) {
    String client = words.get(0);
    boolean hasPort = client.matches("\\[.*]:\\d+|[^:]*:\\d+");
    ServiceAddress address =
        hasPort ? ServiceAddress.parse(client) : ServiceAddress.of(client, EPHEMERAL_PORT);
    if (!address.host().matches("[0-9.]+|.*:.*")) { // a name: nobody is asked for its address
      throw bad("client", client, "IP or IP:PORT");
    }
    InetSocketAddress from = new InetSocketAddress(address.host(), address.port());
    return server.explain(from).toString();
  }

  private String records() {
    TextTable table = new TextTable("key", "member", "seconds left");
    server.persistence().stream()
        .limit(MOST_RECORDS)
        .forEach(
            known -> table.row(known.key(), known.member().address(), known.left().toSeconds()));
    return server.persistence() + System.lineSeparator() + table;
  }

  /** By the key as it is listed. */
  private String forget(List<String> words) {
    PersistenceRecord found =
        server.persistence().stream()
            .filter(known -> known.key().toString().equals(words.get(0)))
            .findFirst()
            .orElseThrow(() -> bad("key", words.get(0), "one that the command persistence lists"));
    server.persistence().remove(found.key());
    return DONE;
  }

  private String rebalance(List<String> words) {
    int tooMany = pool.rebalance(number("rate", words.get(0), "0..1000000, 0 to stop"));
    return DONE + ", flows too many: " + tooMany;
  }

  private static int number(String name, String text, String range) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw bad(name, text, range);
    }
  }

  private String resolve() {
    pool.resolveNow();
    return DONE;
  }
}
