package io.lb4j.internal.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Makes ClientHellos, good and bad, from their parts. */
final class HelloBytes {
  private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();
  private int version = 0x0303;
  private byte[] session = new byte[0];

  HelloBytes version(int number) {
    version = number;
    return this;
  }

  HelloBytes session(byte... id) {
    session = id;
    return this;
  }

  HelloBytes extension(int type, byte[] content) {
    extensions.writeBytes(join(number16(type), counted16(content)));
    return this;
  }

  /** The server name extension with these entries. */
  HelloBytes serverNames(byte[]... entries) {
    return extension(0, counted16(join(entries)));
  }

  HelloBytes serverName(String name) {
    return serverNames(name(0, name));
  }

  /** An entry of the server name extension. */
  static byte[] name(int type, String name) {
    return join(new byte[] {(byte) type}, counted16(latin(name)));
  }

  HelloBytes protocols(String... names) {
    byte[] list = new byte[0];
    for (String name : names) {
      list = join(list, counted8(latin(name)));
    }
    return extension(16, counted16(list));
  }

  HelloBytes versions(int... numbers) {
    byte[] list = new byte[0];
    for (int number : numbers) {
      list = join(list, number16(number));
    }
    return extension(43, counted8(list));
  }

  /** The message with its header of four octets. */
  byte[] message() {
    return message(
        join(
            number16(version),
            new byte[32],
            counted8(session),
            counted16(new byte[] {0x13, 1}),
            counted8(new byte[1]),
            counted16(extensions.toByteArray())));
  }

  static byte[] message(byte[] body) {
    return join(new byte[] {1, (byte) (body.length >> 16)}, number16(body.length), body);
  }

  /** The message in one record. */
  byte[] record() {
    return record(message());
  }

  static byte[] record(byte[] content) {
    return join(new byte[] {22, 3, 1}, counted16(content));
  }

  /** The content in records of at most that many bytes. */
  static byte[] records(byte[] content, int most) {
    byte[] records = new byte[0];
    for (int at = 0; at < content.length; at += most) {
      byte[] part = Arrays.copyOfRange(content, at, Math.min(content.length, at + most));
      records = join(records, record(part));
    }
    return records;
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] counted8(byte[] content) {
    return join(new byte[] {(byte) content.length}, content);
  }

  static byte[] counted16(byte[] content) {
    return join(number16(content.length), content);
  }

  static byte[] number16(int number) {
    return new byte[] {(byte) (number >> 8), (byte) number};
  }

  static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
