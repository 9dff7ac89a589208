package io.lb4j;

/**
 * How many flows the access policies of a virtual server have refused since it started, or would
 * have refused while they were a dry run.
 *
 * @param denied for the lists ({@link CloseReason#DENIED})
 * @param clientLimit because their client had its maximum of open flows ({@link
 *     CloseReason#CLIENT_LIMIT})
 * @param clientRate because their client had too many new flows ({@link CloseReason#CLIENT_RATE})
 * @param notAdmitted by the admission, or because that threw ({@link CloseReason#NOT_ADMITTED})
 * @param failedAdmissions how often the admission threw
 * @param spared how many of all these were let in because it was a dry run
 * @param notTracked flows that no limit of their client applied to because {@link
 *     AccessPolicy#maxClients} were counted already
 * @param trackedClients how many clients are counted now
 */
public record AccessCounters(
    long denied,
    long clientLimit,
    long clientRate,
    long notAdmitted,
    long failedAdmissions,
    long spared,
    long notTracked,
    int trackedClients) {}
