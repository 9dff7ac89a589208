package io.lb4j.internal.net;

import java.util.List;

/**
 * What is set on the sockets of one side. TCP_NODELAY is always on.
 *
 * @param settings in the order in which they are set
 */
public record SocketSettings(List<Setting> settings) {
  /** Nothing but the system's defaults. */
  public static final SocketSettings NONE = new SocketSettings(List.of());

  /** Whether an option is among them. */
  public boolean has(SocketOption option) {
    for (int i = 0; i < settings.size(); i++) {
      if (settings.get(i).option() == option) {
        return true;
      }
    }
    return false;
  }

  /**
   * One option and its value.
   *
   * @param number the value of an option that is a number
   * @param text the value of an option that is a name, else empty
   */
  public record Setting(SocketOption option, int number, String text) {
    @Override
    public String toString() {
      return option + "=" + (text.isEmpty() ? Integer.toString(number) : text);
    }
  }
}
