package io.lb4j;

import java.util.Optional;

/** Where it is on record which member a client had. */
interface Recall {
  /** The member on record under a key, of a record that has not expired. Counts as a use. */
  Optional<PoolMember> find(FlowKey key);

  /** As {@link #find}, but this is no use of the record. */
  Optional<PoolMember> peek(FlowKey key);

  /**
   * Records a client's member, unless there is a record that leads to a member which takes it.
   *
   * @param panic whether health is ignored
   * @return the member on record now
   */
  PoolMember claim(FlowKey key, PoolMember member, boolean panic);

  /** Records a client's member, whatever was on record. */
  void put(FlowKey key, PoolMember member);
}
