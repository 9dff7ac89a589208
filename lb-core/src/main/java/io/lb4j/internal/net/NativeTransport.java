package io.lb4j.internal.net;

import java.util.Optional;

/**
 * The platform's own transport, where there is one. This is the class for Java below 22, which has
 * none; the multi-release part of the jar holds the one for later versions.
 */
public final class NativeTransport {
  private static final int JAVA_WITH_FOREIGN_CALLS = 22;
  private static final String NATIVE_PART =
      "/META-INF/versions/22/io/lb4j/internal/net/EpollTransport.class";

  private final Optional<Transport> transport;
  private final String whyNot;

  private NativeTransport(Optional<Transport> transport, String whyNot) {
    this.transport = transport;
    this.whyNot = whyNot;
  }

  /** Looks for it. */
  public static NativeTransport find() {
    return new NativeTransport(Optional.empty(), reason());
  }

  private static String reason() {
    if (Runtime.version().feature() < JAVA_WITH_FOREIGN_CALLS) {
      return "it needs Java 22 or later";
    }
    return NativeTransport.class.getResource(NATIVE_PART) == null
        ? "this jar of lb4j has none, as it was built with a JDK older than 22"
        : "the jar that holds lb4j needs the line Multi-Release: true in its manifest";
  }

  /** The transport, if it can be used here. */
  public Optional<Transport> transport() {
    return transport;
  }

  /** Why it cannot be used, in words; empty when it can. */
  public String whyNot() {
    return whyNot;
  }
}
