package io.lb4j;

import io.lb4j.internal.net.ReplyReader;
import io.lb4j.internal.wire.Outcome;
import io.lb4j.internal.wire.SetCookieReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiConsumer;

/** Reads which cookies a member gives a client in the head of its first reply. */
final class CookieLearner implements ReplyReader {
  private final ActiveFlow flow;
  private final BiConsumer<ActiveFlow, FlowKey> found;
  private final SetCookieReader[] readers;

  /**
   * For one flow.
   *
   * @param cookies their names
   * @param found hears of each
   */
  CookieLearner(
      ActiveFlow flow,
      List<String> cookies,
      int maxHeadBytes,
      BiConsumer<ActiveFlow, FlowKey> found) {
    this.flow = flow;
    this.found = found;
    readers =
        cookies.stream()
            .map(cookie -> new SetCookieReader(cookie, maxHeadBytes))
            .toArray(SetCookieReader[]::new);
  }

  @Override
  public boolean read(ByteBuffer bytes) {
    boolean more = false;
    for (SetCookieReader reader : readers) {
      if (reader.outcome() == Outcome.NEED_MORE) {
        more |= reader.read(bytes) == Outcome.NEED_MORE;
        reader.cookie().flatMap(OctetKey::received).ifPresent(key -> found.accept(flow, key));
      }
    }
    return more;
  }
}
