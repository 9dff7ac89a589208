package io.lb4j;

/** One check of a member that is made again and again, or several of them. On the control loop. */
interface MonitorPart {
  /**
   * Begins to probe.
   *
   * @param share how far into its interval the first probe comes, 0..1
   */
  void start(double share);

  void stop();

  Standing standing();

  /** What failed, or why the member should be drained, in words. */
  String cause();

  /** The same with the name of the check. */
  String namedCause();
}
