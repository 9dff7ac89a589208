package io.lb4j.internal.util;

/**
 * What each key of {@link Quotas} may have.
 *
 * @param atOnce how many at a time, 1 or more
 * @param rate how many new ones a second
 * @param keys how many keys are kept at most, 1 or more
 */
public record QuotaLimits(int atOnce, TokenRate rate, int keys) {}
