package io.lb4j;

import java.util.List;
import java.util.Optional;

/** A key from the client's first bytes. */
abstract sealed class InspectedSource extends KeySource
    permits HttpSource, OwnInspectedSource, TlsSource {
  /** Looks at all that has come so far. On a loop. */
  abstract Inspection inspect(FirstBytes first);

  /** The cookie that it is, which a reply may set. */
  Optional<String> cookie() {
    return Optional.empty();
  }

  @Override
  List<InspectedSource> inspected() {
    return List.of(this);
  }

  @Override
  Optional<FlowKey> keyOf(Flow flow) {
    return flow instanceof ActiveFlow active ? active.inspected().of(this) : Optional.empty();
  }
}
