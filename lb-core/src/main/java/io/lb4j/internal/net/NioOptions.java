package io.lb4j.internal.net;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;

/** What {@code java.nio} knows of {@link SocketSettings}. */
final class NioOptions {
  private NioOptions() {}

  /** Makes sure that it knows all of them. */
  static void check(SocketSettings settings) throws SocketException {
    for (SocketSettings.Setting setting : settings.settings()) {
      switch (setting.option()) {
        case KEEP_ALIVE, SEND_BUFFER, RECEIVE_BUFFER, REUSE_PORT -> {}
        default -> {
          if (!isOff(setting)) {
            throw new SocketException(setting + ": the nio transport has no such option");
          }
        }
      }
    }
  }

  /** Sets them where the channel has them: a listening one has no send buffer, for example. */
  static void apply(NetworkChannel channel, SocketSettings settings) throws IOException {
    for (SocketSettings.Setting setting : settings.settings()) {
      int number = setting.number();
      switch (setting.option()) {
        case KEEP_ALIVE -> set(channel, StandardSocketOptions.SO_KEEPALIVE, number == 1);
        case SEND_BUFFER -> set(channel, StandardSocketOptions.SO_SNDBUF, number);
        case RECEIVE_BUFFER -> set(channel, StandardSocketOptions.SO_RCVBUF, number);
        case REUSE_PORT -> set(channel, StandardSocketOptions.SO_REUSEPORT, number == 1);
        default -> {} // off, as was checked
      }
    }
  }

  private static boolean isOff(SocketSettings.Setting setting) {
    return setting.option() == SocketOption.BIND_ADDRESS_NO_PORT && setting.number() == 0;
  }

  private static <T> void set(NetworkChannel channel, java.net.SocketOption<T> option, T value)
      throws IOException {
    if (channel.supportedOptions().contains(option)) {
      channel.setOption(option, value);
    }
  }
}
