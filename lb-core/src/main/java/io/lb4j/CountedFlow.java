package io.lb4j;

/** A flow that access control looks at, and that may count against the limits of its client. */
interface CountedFlow extends Flow {
  /** It would have been refused; it is not asked about again. */
  void spare();

  /** Whether it would have been refused. */
  boolean isSpared();

  /** It has taken this place, to be given back when it ends. */
  void clientPlace(ClientPlace place);

  /** Whether it has a place. */
  boolean hasClientPlace();

  /** Gives the place back, if it has one. */
  void leaveClientPlace();
}
