package io.lb4j.internal.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Setting and getting socket options, with the memory that it takes. */
final class OptionCalls {
  private static final int CAPACITY = 64;
  private static final int LINGER_BYTES = 8;
  private static final int LINGER_SECONDS_AT = 4;

  private final Libc libc;
  private final MemorySegment value;
  private final MemorySegment length;

  OptionCalls(Libc libc, Arena arena) {
    this.libc = libc;
    value = arena.allocate(CAPACITY, Long.BYTES);
    length = arena.allocate(ValueLayout.JAVA_INT);
  }

  /** Sets an option; returns 0 or the negative error number. */
  int set(int descriptor, int level, int option, int number) {
    value.set(ValueLayout.JAVA_INT, 0, number);
    return libc.sockets.setsockopt(descriptor, level, option, value.address(), Integer.BYTES);
  }

  /** Sets what the settings say, on a socket of the family. */
  void apply(int descriptor, int family, SocketSettings settings) throws IOException {
    for (SocketSettings.Setting setting : settings.settings()) {
      NativeOption option = NativeOption.of(setting.option(), family);
      if (option.appliesTo(family)) {
        int result =
            setting.text().isEmpty()
                ? set(descriptor, option.level(), option.name(), setting.number())
                : set(descriptor, option.level(), option.name(), setting.text());
        Errors.checkOption(result, setting);
      }
    }
  }

  /** Sets what the settings say, but of TCP, on a datagram socket of the family. */
  void applyToDatagrams(int descriptor, int family, SocketSettings settings) throws IOException {
    for (SocketSettings.Setting setting : settings.settings()) {
      NativeOption option = NativeOption.of(setting.option(), family);
      if (option.level() != Linux.IPPROTO_TCP) {
        int result = set(descriptor, option.level(), option.name(), setting.number());
        Errors.checkOption(result, setting);
      }
    }
  }

  /** Sets an option; a failure is an exception. */
  void require(int descriptor, int level, int option, int number) throws IOException {
    Errors.check(set(descriptor, level, option, number));
  }

  private int set(int descriptor, int level, int option, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int count = Math.min(bytes.length, CAPACITY);
    MemorySegment.copy(bytes, 0, value, ValueLayout.JAVA_BYTE, 0, count);
    return libc.sockets.setsockopt(descriptor, level, option, value.address(), count);
  }

  /** An option's number, or the negative error number. */
  int get(int descriptor, int level, int option) {
    value.set(ValueLayout.JAVA_INT, 0, 0);
    length.set(ValueLayout.JAVA_INT, 0, Integer.BYTES);
    int result =
        libc.sockets.getsockopt(descriptor, level, option, value.address(), length.address());
    return result < 0 ? result : value.get(ValueLayout.JAVA_INT, 0);
  }

  /** Makes the coming close a reset: linger on, for no time. */
  void resetOnClose(int descriptor) {
    value.set(ValueLayout.JAVA_INT, 0, 1);
    value.set(ValueLayout.JAVA_INT, LINGER_SECONDS_AT, 0);
    libc.sockets.setsockopt(
        descriptor, Linux.SOL_SOCKET, Linux.SO_LINGER, value.address(), LINGER_BYTES);
  }
}
