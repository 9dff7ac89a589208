package io.lb4j.internal.net;

import java.io.IOException;
import java.util.Optional;

/** The platform's own transport, where there is one: epoll on Linux. For Java 22 and later. */
public final class NativeTransport {
  private final Optional<Transport> transport;
  private final String whyNot;

  private NativeTransport(Optional<Transport> transport, String whyNot) {
    this.transport = transport;
    this.whyNot = whyNot;
  }

  /** Looks for it, trying what it needs, so that whatever forbids it shows here. */
  public static NativeTransport find() {
    try {
      return new NativeTransport(Optional.of(EpollTransport.probe()), "");
    } catch (IllegalCallerException denied) {
      return missing("native access is denied; start Java with --enable-native-access=" + module());
    } catch (UnsupportedOperationException | IOException failure) {
      return missing(String.valueOf(failure.getMessage()));
    } catch (LinkageError failure) { // no linker for this platform, or a libc without a function
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      return missing("Java cannot call native code here: " + cause.getMessage());
    }
  }

  private static String module() {
    Module module = NativeTransport.class.getModule();
    return module.isNamed() ? module.getName() : "ALL-UNNAMED";
  }

  private static NativeTransport missing(String whyNot) {
    return new NativeTransport(Optional.empty(), whyNot);
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
