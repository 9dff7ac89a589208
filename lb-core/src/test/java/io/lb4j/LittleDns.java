package io.lb4j;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** A DNS server on loopback that answers every question alike, with SRV records or an error. */
final class LittleDns implements AutoCloseable {
  static final int NO_ERROR = 0;
  static final int SERVER_FAILURE = 2;
  static final int NO_SUCH_NAME = 3;
  static final int REFUSED = 5;

  private static final int HEADER = 12;

  private final DatagramSocket socket;
  private final int code;
  private final List<String> records;

  /**
   * Opens one.
   *
   * @param code the response code
   * @param records texts such as {@code 10 5 8080 a.example.com}: priority, weight, port, target
   */
  LittleDns(int code, String... records) {
    this.code = code;
    this.records = List.of(records);
    try {
      socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Thread thread = new Thread(this::serve, "little-dns");
    thread.setDaemon(true);
    thread.start();
  }

  String url() {
    return "dns://127.0.0.1:" + socket.getLocalPort();
  }

  private void serve() {
    byte[] bytes = new byte[512];
    while (!socket.isClosed()) {
      try {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        byte[] reply = reply(Arrays.copyOf(bytes, packet.getLength()));
        socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private byte[] reply(byte[] question) throws IOException {
    int end = HEADER;
    while (question[end] != 0) {
      end += question[end] + 1;
    }
    end += 5; // the root label, type and class
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(question, 0, 2); // id
    out.writeShort(0x8180 | code); // response, recursion desired and available
    out.writeShort(1);
    out.writeShort(records.size());
    out.writeInt(0);
    out.write(question, HEADER, end - HEADER);
    for (String record : records) {
      writeRecord(out, record.split(" "));
    }
    return bytes.toByteArray();
  }

  private static void writeRecord(DataOutputStream out, String[] fields) throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    DataOutputStream rdata = new DataOutputStream(data);
    for (int i = 0; i < 3; i++) {
      rdata.writeShort(Integer.parseInt(fields[i]));
    }
    for (String label : fields[3].equals(".") ? new String[0] : fields[3].split("\\.", -1)) {
      rdata.writeByte(label.length());
      rdata.write(label.getBytes(StandardCharsets.US_ASCII));
    }
    rdata.writeByte(0);
    out.writeShort(0xC000 | HEADER); // the name asked for
    out.writeShort(33); // SRV
    out.writeShort(1);
    out.writeInt(0); // time to live
    out.writeShort(data.size());
    data.writeTo(out);
  }

  @Override
  public void close() {
    socket.close();
  }
}
