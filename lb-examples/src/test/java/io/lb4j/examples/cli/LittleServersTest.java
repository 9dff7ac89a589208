package io.lb4j.examples.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.lb4j.examples.peers.LittleClient;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LittleServersTest {

  @Test
  void echoServerSendsBackEachLine() throws Exception {
    try (RunningCommand server = new RunningCommand("echo-server", "--listen", "127.0.0.1:0")) {
      try (LittleClient client = new LittleClient(server.address())) {
        assertThat(client.say("hello")).isEqualTo("hello");
        assertThat(client.say("you there")).isEqualTo("you there");
      }
      assertThat(server.end()).isEqualTo(0);
    }
  }

  @Test
  void echoServerSendsBackDatagrams() throws Exception {
    try (RunningCommand server =
            new RunningCommand("echo-server", "--udp", "--listen", "127.0.0.1:0");
        DatagramSocket client = new DatagramSocket()) {
      client.setSoTimeout(5000);
      for (String text : List.of("hello", "", "you there")) {
        byte[] sent = text.getBytes(US_ASCII);
        client.send(new DatagramPacket(sent, sent.length, server.address()));
        DatagramPacket reply = new DatagramPacket(new byte[100], 100);
        client.receive(reply);
        assertThat(new String(reply.getData(), 0, reply.getLength(), US_ASCII)).isEqualTo(text);
      }
      assertThat(server.end()).isEqualTo(0);
    }
  }

  @Test
  void shortServerAnswersWithItsText() throws Exception {
    try (RunningCommand server =
        new RunningCommand("short-server", "--listen", "127.0.0.1:0", "--text", "here I am")) {
      assertThat(LittleClient.get(server.address())).isEqualTo("here I am");
      assertThat(server.end()).isEqualTo(0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\n\n", "GET / HTTP/1.0\\r\\n"})
  void shortServerAnswersWhateverEndsTheRequest(String request) throws Exception {
    try (RunningCommand server = new RunningCommand("short-server", "--listen", "127.0.0.1:0");
        Socket client = new Socket(server.address().getAddress(), server.address().getPort())) {
      client.getOutputStream().write(request.getBytes(US_ASCII));

      String reply = new String(client.getInputStream().readAllBytes(), US_ASCII);
      assertThat(reply)
          .isEqualTo("HTTP/1.0 200 OK\r\nContent-Length: 19\r\n\r\nresp from server1\r\n");
    }
  }
}
