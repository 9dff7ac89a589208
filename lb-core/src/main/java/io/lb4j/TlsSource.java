package io.lb4j;

import io.lb4j.internal.wire.TlsHello;
import io.lb4j.internal.wire.TlsHelloReader;
import java.util.Optional;

/** A key from the TLS ClientHello. */
final class TlsSource extends InspectedSource {
  /** Which part of the hello. */
  enum Part {
    SERVER_NAME("server name"),
    PROTOCOL("first application protocol"),
    VERSION("highest version"),
    SESSION("session id");

    private final String words;

    Part(String words) {
      this.words = words;
    }
  }

  private final Part part;

  TlsSource(Part part) {
    this.part = part;
  }

  @Override
  Inspection inspect(FirstBytes first) {
    TlsHelloReader reader = first.asTls();
    return switch (reader.outcome()) {
      case NEED_MORE -> Inspection.needMore();
      case COMPLETE -> Inspection.received(of(reader.hello()));
      case NOT_THIS, MALFORMED -> Inspection.none();
    };
  }

  private Optional<String> of(TlsHello hello) {
    return switch (part) {
      case SERVER_NAME -> hello.serverName();
      case PROTOCOL -> hello.protocols().stream().findFirst();
      case VERSION -> Optional.of(hello.versionName());
      case SESSION -> hello.sessionId();
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TlsSource source && part == source.part;
  }

  @Override
  public int hashCode() {
    return part.hashCode();
  }

  @Override
  public String toString() {
    return "TLS " + part.words;
  }
}
