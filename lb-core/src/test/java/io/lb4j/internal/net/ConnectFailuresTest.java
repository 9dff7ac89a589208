package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectFailuresTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Too many open files", // glibc's
        "Too many open files in system",
        "No buffer space available",
        "Cannot allocate memory",
        "Address already in use",
        "No file descriptors available", // musl's
        "Out of memory",
        "Address in use"
      })
  void shortageOfOursIsNotTheMembersFault(String words) {
    SocketException failure = new SocketException(words);

    assertThat(ConnectFailures.isShortage(failure)).isTrue();
    assertThat(ConnectFailures.kindOf(failure)).isEqualTo(ConnectFailures.Kind.LOCAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Cannot assign requested address", "Address not available"})
  void sourceThatIsNotOursIsNoShortageThatPasses(String words) {
    for (IOException failure : List.of(new BindException(words), new ConnectException(words))) {
      assertThat(ConnectFailures.isShortage(failure)).isFalse();
      assertThat(ConnectFailures.kindOf(failure)).isEqualTo(ConnectFailures.Kind.LOCAL);
    }
  }

  @Test
  void whatTheMemberDoesIsItsOwn() {
    assertThat(ConnectFailures.kindOf(new ConnectException("Connection refused")))
        .isEqualTo(ConnectFailures.Kind.REFUSED);
    assertThat(ConnectFailures.kindOf(new ConnectException("Operation timed out")))
        .isEqualTo(ConnectFailures.Kind.TIMED_OUT);
    assertThat(ConnectFailures.kindOf(new SocketException("Network unreachable")))
        .isEqualTo(ConnectFailures.Kind.UNREACHABLE);
    assertThat(ConnectFailures.kindOf(new NoRouteToHostException("No route to host")))
        .isEqualTo(ConnectFailures.Kind.UNREACHABLE);
    assertThat(ConnectFailures.kindOf(new SocketException("Permission denied")))
        .isEqualTo(ConnectFailures.Kind.OTHER);
  }
}
