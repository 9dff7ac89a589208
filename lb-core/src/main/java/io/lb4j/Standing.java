package io.lb4j;

import java.util.List;

/** What a monitor, or a part of one, thinks of a member. */
enum Standing {
  /** It will have no say, as it only carries orders. */
  NONE,
  /** Nothing is known yet. */
  UNKNOWN,
  /** Not fit. */
  DOWN,
  /** Fit, but wants no new flows. */
  DRAINING,
  /** Fit. */
  UP;

  /**
   * What parts say together when so many of them have to be fit. Those without a say are not
   * counted; if there are fewer of the others, all of them have to be fit.
   */
  static Standing of(int needed, List<Standing> parts) {
    int voters = parts.size() - count(NONE, parts);
    if (voters == 0) {
      return NONE;
    }
    int enough = Math.min(needed, voters);
    int fit = count(UP, parts);
    int alive = fit + count(DRAINING, parts);
    if (fit >= enough) {
      return UP;
    }
    if (alive >= enough) {
      return DRAINING;
    }
    return alive + count(UNKNOWN, parts) < enough ? DOWN : UNKNOWN;
  }

  private static int count(Standing wanted, List<Standing> parts) {
    int count = 0;
    for (Standing part : parts) {
      count += part == wanted ? 1 : 0;
    }
    return count;
  }
}
