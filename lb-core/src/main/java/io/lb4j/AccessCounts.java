package io.lb4j;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the access policies of a virtual server do. Any thread. */
final class AccessCounts {
  private final Map<CloseReason, LongAdder> refused = new EnumMap<>(CloseReason.class);
  private final LongAdder failedAdmissions = new LongAdder();
  private final LongAdder spared = new LongAdder();
  private final LongAdder notTracked = new LongAdder();

  AccessCounts() {
    for (CloseReason reason :
        new CloseReason[] {
          CloseReason.DENIED,
          CloseReason.CLIENT_LIMIT,
          CloseReason.CLIENT_RATE,
          CloseReason.NOT_ADMITTED
        }) {
      refused.put(reason, new LongAdder());
    }
  }

  void refused(CloseReason reason) {
    refused.get(reason).increment();
  }

  void admissionFailed() {
    failedAdmissions.increment();
  }

  void spared() {
    spared.increment();
  }

  void notTracked() {
    notTracked.increment();
  }

  AccessCounters read(int trackedClients) {
    return new AccessCounters(
        refused.get(CloseReason.DENIED).sum(),
        refused.get(CloseReason.CLIENT_LIMIT).sum(),
        refused.get(CloseReason.CLIENT_RATE).sum(),
        refused.get(CloseReason.NOT_ADMITTED).sum(),
        failedAdmissions.sum(),
        spared.sum(),
        notTracked.sum(),
        trackedClients);
  }
}
