package io.lb4j;

import io.lb4j.internal.util.Addresses;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which member a client would get at this moment, and of every other one why not. Made by {@link
 * Pool#explain} and {@link VirtualServer#explain}, without any effect on the choices to come; so
 * the next flow may take the place that was foretold.
 *
 * @param client the client asked about
 * @param member the member that it would get; empty when it would be refused or nobody can tell
 * @param reason why that one, or why none
 * @param standings of every member, in the order of the pool, why it is or is not the one
 */
public record Explanation(
    SocketAddress client, Optional<PoolMember> member, String reason, List<Standing> standings) {
  /**
   * Why a member is or is not the one.
   *
   * @param member the member
   * @param words such as {@code down for 12.3s: connect refused}
   */
  public record Standing(PoolMember member, String words) {}

  /** Copies the list. */
  public Explanation {
    standings = List.copyOf(standings);
  }

  /** A sentence and a table. */
  @Override
  public String toString() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Member", "Weight", "Flows", "Standing"));
    for (Standing standing : standings) {
      PoolMember of = standing.member();
      rows.add(
          List.of(
              of.address().toString(),
              Integer.toString(of.weight()),
              Integer.toString(of.activeFlows()),
              standing.words()));
    }
    String who = Addresses.text(client) + " -> " + member.map(PoolMember::toString).orElse("-");
    return who + ": " + reason + "\n" + FlowFormat.align(rows);
  }
}
