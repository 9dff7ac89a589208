package io.lb4j;

import io.lb4j.internal.util.Quotas;

/** One of the open flows that a client may have. */
record ClientPlace(Quotas<FlowKey> quotas, FlowKey client) {
  void leave() {
    quotas.leave(client);
  }
}
