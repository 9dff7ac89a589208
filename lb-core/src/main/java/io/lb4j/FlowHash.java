package io.lb4j;

/** What choosers that hash ask of a flow. On event loops. */
interface FlowHash {
  /** Whether the flow has what is hashed. */
  boolean isPresent(Flow flow);

  /** The hash, if that is so. */
  long of(Flow flow);

  /** Of the key from a source. */
  static FlowHash of(KeySource source, KeyHash hash) {
    return new FlowHash() {
      @Override
      public boolean isPresent(Flow flow) {
        return source.isIn(flow);
      }

      @Override
      public long of(Flow flow) {
        return source.hashIn(flow, hash);
      }
    };
  }

  /** The bits of the client's address as they are; every client has some. */
  static FlowHash ofAddressBits() {
    return new FlowHash() {
      @Override
      public boolean isPresent(Flow flow) {
        return true;
      }

      @Override
      public long of(Flow flow) {
        return AddressKey.fold(flow.client());
      }
    };
  }
}
