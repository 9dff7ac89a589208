package io.lb4j;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Foretells choices without making them; see {@link Explanation}. */
final class Explainer {
  private static final String CHOSEN = "chosen by the strategy";

  private final Pool pool;
  private final PoolView view;
  private final long nowNanos;

  Explainer(Pool pool, long nowNanos) {
    this.pool = pool;
    this.view = pool.view();
    this.nowNanos = nowNanos;
  }

  /**
   * Explains.
   *
   * @param remembered the members that persistence has on record for the client, in order
   */
  Explanation explain(SocketAddress client, List<PoolMember> remembered) {
    Flow flow = new PreviewFlow(client);
    Optional<PoolMember> persisted =
        remembered.stream()
            .filter(member -> member.takesPersisted(view.panic()) && flow.mayUse(member))
            .findFirst();
    if (persisted.isPresent()) {
      return explanation(client, persisted, "remembered by persistence", "not the remembered one");
    }
    List<PoolMember> usable = view.asked().stream().filter(flow::mayUse).toList();
    if (usable.isEmpty()) {
      String reason = view.asked().isEmpty() ? "no member is available" : "all members are full";
      return explanation(client, Optional.empty(), reason, "");
    }
    if (view.chooser().isEmpty()) {
      return explanation(client, Optional.empty(), "the strategy failed", "the strategy failed");
    }
    Optional<PoolMember> chosen = preview(flow, usable);
    return chosen.isPresent()
        ? explanation(client, chosen, CHOSEN, "not the strategy's choice")
        : explanation(client, chosen, "the strategy cannot tell beforehand", "may be chosen");
  }

  private Optional<PoolMember> preview(Flow flow, List<PoolMember> usable) {
    if (usable.size() == 1) {
      return Optional.of(usable.get(0));
    }
    Chooser chooser = view.chooser().orElseThrow();
    Optional<PoolMember> told =
        pool.guard().call("Chooser.preview", () -> chooser.preview(flow), Optional.empty());
    return told == null ? Optional.empty() : told.filter(usable::contains);
  }

  private Explanation explanation(
      SocketAddress client, Optional<PoolMember> chosen, String reason, String others) {
    List<Explanation.Standing> standings =
        view.members().stream()
            .map(
                member ->
                    new Explanation.Standing(
                        member,
                        chosen.filter(member::equals).isPresent()
                            ? reason
                            : whyNot(member, others)))
            .toList();
    return new Explanation(client, chosen, reason, standings);
  }

  private String whyNot(PoolMember member, String otherwise) {
    MemberState state = member.state();
    if (state.admin() != AdminState.ENABLED) {
      return state.admin() == AdminState.DISABLED ? "disabled" : "draining";
    }
    MemberFindings found = state.found();
    if (found.draining().isPresent()) {
      return "drained by its monitor: " + found.draining().get();
    }
    if (!found.agent().takesNewFlows() || (!found.agent().up() && !view.panic())) {
      return "its agent says " + found.agent();
    }
    if (member.socketAddress().isEmpty()) {
      return "name not resolved";
    }
    return view.isAsked(member) ? whyNotThis(member, otherwise) : whyNotAsked(member);
  }

  private String whyNotAsked(PoolMember member) {
    MemberFindings found = member.state().found();
    if (found.health() == Health.DOWN) {
      return "down for "
          + brief(nowNanos - found.sinceNanos().orElse(nowNanos))
          + ": "
          + found.cause();
    }
    Optional<Bench> bench = member.state().bench();
    if (bench.isPresent()) {
      String time = brief(Math.max(0, bench.get().untilNanos() - nowNanos));
      return "ejected for " + time + " more: " + bench.get().cause();
    }
    return member.isBackup() ? "backup" : "priority " + member.priority() + ", others come first";
  }

  private String whyNotThis(PoolMember member, String otherwise) {
    MemberState state = member.state();
    String slow =
        state.slowStart().isOver() ? "" : "slow start " + member.slowStartPercent() + " %";
    if (member.isFull()) {
      String full =
          member.isOnlyTried()
              ? "ejected, and its trial flow is under way"
              : "full: " + member.activeFlows() + " of " + state.allowance() + " flows";
      return slow.isEmpty() ? full : full + ", " + slow;
    }
    String words =
        state.isOnTrial() && !view.panic() ? "ejected, may be given a trial flow" : otherwise;
    return slow.isEmpty() ? words : words + ", " + slow;
  }

  private static String brief(long nanos) {
    return Durations.brief(Duration.ofNanos(nanos));
  }
}
