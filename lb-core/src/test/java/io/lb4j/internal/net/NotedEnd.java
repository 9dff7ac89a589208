package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Notes how a relay ends, which is once; a test adds what else it wants to hear of. */
class NotedEnd implements RelayListener {
  Optional<RelayEnd> end = Optional.empty();

  @Override
  public boolean wantsBytes() {
    return false;
  }

  @Override
  public void onBytes(boolean fromClient, ByteBuffer bytes) {}

  @Override
  public void onFirstReply() {}

  @Override
  public void onHalfClosed(boolean byClient) {}

  @Override
  public void onEnd(RelayEnd how) {
    assertThat(end).isEmpty();
    end = Optional.of(how);
  }
}
