package io.lb4j.internal.wire;

import io.lb4j.internal.util.Checks;
import java.nio.ByteBuffer;

/**
 * Reads a header of the PROXY protocol, version 1 or 2 (HAProxy's {@code proxy-protocol.txt}). What
 * does not begin as either is something else. Not a byte beyond the header is looked at; {@link
 * #length} says where it ends. What is malformed, {@link ProxyLine} and {@link ProxyBlock} say.
 */
public final class ProxyHeaderReader extends PrefixReader {
  /** How long the part of a version 2 header after its first 16 bytes may be, unless told. */
  public static final int DEFAULT_MAX_BLOCK_BYTES = 4096;

  private static final int LONGEST_BLOCK = 0xFFFF;

  private final int maxBlockBytes;
  private int at; // how far the stream was read
  private ProxyHeader header;

  /**
   * Before the first byte.
   *
   * @param maxBlockBytes how long the part after the first 16 bytes of version 2 may be, 0..65535
   */
  public ProxyHeaderReader(int maxBlockBytes) {
    super(ProxyBlock.START + LONGEST_BLOCK);
    this.maxBlockBytes = Checks.range("maxBlockBytes", maxBlockBytes, 0, LONGEST_BLOCK);
  }

  /** What the header says, once complete. */
  public ProxyHeader header() {
    needs(Outcome.COMPLETE);
    return header;
  }

  @Override
  void look(ByteBuffer seen, int end) {
    try {
      if (end > 0) {
        boolean line = octet(seen, 0) == ProxyLine.BEGINNING.charAt(0);
        if (begins(seen, end, line ? ProxyLine.BEGINNING : ProxyBlock.SIGNATURE)) {
          if (line) {
            line(seen, end);
          } else {
            block(seen, end);
          }
        }
      }
    } catch (MalformedException malformed) {
      malformed(malformed.getMessage());
    }
  }

  /** Whether all of the beginning is there. */
  private boolean begins(ByteBuffer seen, int end, String beginning) {
    while (at < end && at < beginning.length()) {
      if (octet(seen, at) != beginning.charAt(at)) {
        notThis();
        return false;
      }
      at++;
    }
    return at >= beginning.length();
  }

  private void line(ByteBuffer seen, int end) throws MalformedException {
    while (at < end && outcome() == Outcome.NEED_MORE) {
      int octet = octet(seen, at++);
      boolean afterReturn = octet(seen, at - 2) == '\r';
      if (afterReturn != (octet == '\n')) {
        throw new MalformedException("line does not end with CRLF");
      }
      if (octet == '\n') {
        header = ProxyLine.read(new Octets(seen.slice(seen.position(), at - 2)).text());
        complete(at);
      } else if (at == ProxyLine.LONGEST) {
        throw new MalformedException("line longer than " + ProxyLine.LONGEST + " bytes");
      }
    }
  }

  private void block(ByteBuffer seen, int end) throws MalformedException {
    if (end > ProxyBlock.COMMAND_AT) {
      ProxyBlock.checkCommand(octet(seen, ProxyBlock.COMMAND_AT));
    }
    if (end < ProxyBlock.START) {
      return;
    }
    int length = octet(seen, ProxyBlock.START - 2) << 8 | octet(seen, ProxyBlock.START - 1);
    if (length > maxBlockBytes) {
      throw new MalformedException(
          "header of " + length + " bytes after its first 16, longer than " + maxBlockBytes);
    }
    int whole = ProxyBlock.START + length;
    if (end >= whole) {
      header = ProxyBlock.read(seen.slice(seen.position(), whole));
      complete(whole);
    }
  }
}
