package io.lb4j;

import java.util.List;

/**
 * How a pool spreads flows over its available members. A strategy is a description without state;
 * each time the list of available members changes it makes a {@link Chooser}, which holds the state
 * and is shared by all event loops, so that 30 flows over two equal members are 15 and 15 however
 * many loops there are.
 *
 * <p>The chooser gets a list that is never empty: with no member available a flow is refused before
 * anyone is asked. A list of one is no special case. Weights here are effective ones ({@link
 * PoolMember#effectiveWeight}); whenever one changes there is a new chooser.
 *
 * <p>Your own is a lambda: {@code members -> flow -> members.get(0)}.
 */
@FunctionalInterface
public interface BalancingStrategy {
  /**
   * Makes the chooser for a list of members. All costly preparation belongs here. Called on the
   * thread that changed the pool (its control or resolver thread, one of the host's, or an event
   * loop whose listener changed it), never twice at once for one pool. It must not change a pool or
   * wait for one.
   *
   * @param available the available members, in the order of the pool; at least one, unmodifiable
   */
  Chooser over(List<PoolMember> available);

  /**
   * Makes the chooser that follows another one of this strategy, when members came or went. One
   * that counts can go on where the other was.
   *
   * @param available as for {@link #over(List)}
   * @param previous the chooser in use until now
   */
  default Chooser over(List<PoolMember> available, Chooser previous) {
    return over(available);
  }

  /**
   * What the choosers ask of a flow by {@link Flow#key}, so that it is found out before they are
   * asked; none by default. Sources that need the client's first bytes make every flow of a virtual
   * server that uses this strategy wait for them.
   */
  default List<KeySource> keySources() {
    return List.of();
  }

  /**
   * Whether the choosers ask for {@link PoolMember#responseTime}, so that it is measured; not by
   * default. Asked once, when the pool is built.
   */
  default boolean measuresResponseTime() {
    return false;
  }

  /** One after the other, in the order of the pool. Weights are not regarded. O(1) per choice. */
  static BalancingStrategy roundRobin() {
    return RoundRobinChooser.STRATEGY;
  }

  /**
   * One after the other, each as often as its weight says, and as evenly spread as can be: weights
   * 5, 1, 1 give A A B A C A A (nginx's smooth weighted round robin). O(1) per choice; the order is
   * laid out beforehand, one step per hundredth of weight after dividing by what the weights have
   * in common, and at most 1048576 steps plus one per member: beyond that shares are rounded.
   */
  static BalancingStrategy weightedRoundRobin() {
    return WeightedRoundRobinChooser.STRATEGY;
  }

  /** Any, each as likely. Weights are not regarded. O(1) per choice. */
  static BalancingStrategy random() {
    return RandomChooser.STRATEGY;
  }

  /** Any, as likely as its weight says. O(log members) per choice. */
  static BalancingStrategy weightedRandom() {
    return WeightedRandomChooser.STRATEGY;
  }

  /**
   * The member with the fewest open flows for its weight (weighted least connections). A flow
   * counts from the moment it is given a member, so that a burst does not pile up on one. Ties go
   * round. O(members) per choice.
   */
  static BalancingStrategy leastConnections() {
    return LightestChooser.LEAST_CONNECTIONS;
  }

  /**
   * The member that would have the fewest open flows for its weight if this one came to it (LVS:
   * sed). With few flows it keeps to members of large weight, where {@link #leastConnections} gives
   * each one its first flow before any gets a second. Ties go round. O(members) per choice.
   */
  static BalancingStrategy shortestExpectedDelay() {
    return LightestChooser.SHORTEST_EXPECTED_DELAY;
  }

  /**
   * A member without open flows, that of the largest weight if there are several, else as {@link
   * #shortestExpectedDelay} (LVS: nq). Ties go round. O(members) per choice.
   */
  static BalancingStrategy neverQueue() {
    return LightestChooser.NEVER_QUEUE;
  }

  /**
   * The first member, in the order of the pool, that takes another flow: members are filled up one
   * after the other, so that the last ones can be spared (HAProxy: first). It needs {@link
   * MemberSpec#maxFlows}: without it the first member gets every flow. Weights are not regarded.
   * O(members) per choice.
   */
  static BalancingStrategy firstAvailable() {
    return FirstAvailableChooser.STRATEGY;
  }

  /**
   * The less loaded, in open flows for their weight, of two different members drawn at random
   * (Mitzenmacher, "The Power of Two Choices", 2001). In a pool of 8 or fewer all are looked at.
   * O(1) per choice.
   */
  static BalancingStrategy randomTwoChoices() {
    return TwoChoicesChooser.STRATEGY;
  }

  /**
   * The least loaded, in open flows for their weight, of some different members drawn at random. In
   * a pool of 8, or twice as many as are drawn, or fewer, all are looked at. O(choices²) per choice
   * whatever the number of members.
   *
   * @param choices how many are drawn, 2..32
   */
  static BalancingStrategy choices(int choices) {
    return ChoicesChooser.strategy(choices);
  }

  /**
   * The member that is expected to answer first: response time × (open flows + 1) / weight is
   * least. The time is that of connecting and that from the client's last bytes to the member's
   * first ones, as an average that rises at once to a slower sample and falls with a time constant
   * of 10 s, also while no flows come, so that who was slow is tried again (F5: observed; Finagle:
   * peak EWMA).
   *
   * <ul>
   *   <li>A member that nothing is known of gets one flow at a time until it has answered.
   *   <li>A failure (a failed connect, a reset or an end before the first byte) counts as twice the
   *       average until then, at least 1 s, so that who fails fast does not look fast.
   *   <li>One that was asked and is silent counts as taking at least as long as it was silent.
   *   <li>Times count up to 1 min.
   * </ul>
   *
   * <p>In a pool of 8 or fewer all are looked at, in a larger one two different members drawn at
   * random. O(1) per choice. In protocols in which members do not answer it is no better than
   * {@link #leastConnections}.
   */
  static BalancingStrategy responseTime() {
    return ResponseTimeChooser.STRATEGY;
  }

  /**
   * One after the other as {@link #weightedRoundRobin}, by weight times what is left of each
   * member's host at that moment (F5: dynamic ratio): the share that its agent asks for, see {@link
   * HealthMonitor#agent(int)}, and 1 less what {@link PoolMember#reportUtilisation} said last. A
   * host that is all in use counts as having a hundredth left; without reports this is weighted
   * round robin. O(members) per choice.
   */
  static BalancingStrategy hostUtilisation() {
    return UtilisationChooser.STRATEGY;
  }

  /**
   * The same member for the same client address, whatever its port, as long as that member is
   * available; weights are regarded. When a member goes only its own clients move, and when one
   * comes about 1/n of all (rendezvous hashing, Thaler and Ravishankar, 1998). Clients without an
   * IP address (UNIX-domain) count as one. O(members) per choice.
   */
  static BalancingStrategy sourceHash() {
    return RendezvousChooser.SOURCE_HASH;
  }

  /**
   * The same member for the same key, by the table of Maglev (Eisenbud and others, NSDI 2016) with
   * 65537 slots, filled as Envoy fills it; weights are regarded. When one of n members goes its own
   * keys move, and less than 1 % of the others. O(1) per choice, whatever the number of members:
   * what to take for many.
   */
  static HashStrategy maglev(KeySource key) {
    return HashStrategy.maglev(key, HashStrategy.SLOTS);
  }

  /**
   * The same with another number of slots: more make shares more exact and fewer keys move, but
   * take longer to fill and 4 octets each.
   *
   * @param slots a prime, 2..1048573; at least a hundred times the members for shares within 1 %
   */
  static HashStrategy maglev(KeySource key, int slots) {
    return HashStrategy.maglev(key, slots);
  }

  /**
   * The same member for the same key, by the ring of libketama: 160 points for each weight of a
   * member, four of each MD5 of {@code address-i}. When a member goes nothing moves but its own
   * keys. Shares are within about 10 %. O(log points) per choice. With {@link KeyHash#ketama} keys
   * go where libketama sends them, if weights are equal.
   */
  static HashStrategy ringHash(KeySource key) {
    return HashStrategy.ring(key, HashStrategy.POINTS_PER_WEIGHT);
  }

  /**
   * The same with another number of points: more make shares more even. A ring has 1048576 at most;
   * beyond that all members have fewer, in proportion.
   *
   * @param pointsPerWeight a multiple of 4, 4..4096
   */
  static HashStrategy ringHash(KeySource key, int pointsPerWeight) {
    return HashStrategy.ring(key, pointsPerWeight);
  }

  /**
   * The same member for the same key by rendezvous hashing, as {@link #sourceHash} but for any key.
   * Shares are exact, nothing has to be prepared, and when a member goes nothing moves but its own
   * keys. O(members) per choice: for pools of up to some tens.
   */
  static HashStrategy rendezvous(KeySource key) {
    return HashStrategy.rendezvous(key);
  }
}
