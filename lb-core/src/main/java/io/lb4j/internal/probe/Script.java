package io.lb4j.internal.probe;

import java.util.List;
import java.util.Optional;

/**
 * What is sent and expected, in this order.
 *
 * @param steps with one that expects something at least
 * @param drainOn what ends the script because the target wants no new flows, when it comes before
 *     what is expected
 * @param reverse whether it is a failure when what the last step expects comes
 * @param maxBytes how many bytes each step may take
 */
public record Script(
    List<ScriptStep> steps, Optional<Expectation> drainOn, boolean reverse, int maxBytes) {}
