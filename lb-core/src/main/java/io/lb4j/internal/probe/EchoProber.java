package io.lb4j.internal.probe;

import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.EchoSocket;
import io.lb4j.internal.net.EchoSockets;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends one ICMP echo request and waits for its reply (RFC 792, RFC 4443). The loop's poller cannot
 * wait for such a socket, so it is looked at again and again, first after half a millisecond, then
 * after twice as long each time, up to 16 ms.
 */
public final class EchoProber implements Prober {
  private static final long FIRST_LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(16);
  private static final int HEADER_BYTES = 8;
  private static final int PAYLOAD_AT = HEADER_BYTES;
  private static final int PACKET_BYTES = HEADER_BYTES + Long.BYTES;
  private static final int SEQUENCE_AT = 6;

  private final EventLoop loop;
  private final InetAddress address;
  private short sequence;
  private Optional<Echo> present = Optional.empty();

  /** Pings this address. */
  public EchoProber(EventLoop loop, InetAddress address) {
    this.loop = loop;
    this.address = address;
  }

  @Override
  public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
    try {
      Echo echo = new Echo(EchoSockets.open(address), timeoutNanos, report);
      present = Optional.of(echo);
      echo.send();
    } catch (IOException failure) {
      abort();
      report.accept(reportOf(failure));
    }
  }

  @Override
  public void abort() {
    present.ifPresent(Echo::end);
    present = Optional.empty();
  }

  private static ProbeReport reportOf(IOException failure) {
    String detail = "ping: " + failure.getMessage();
    boolean ours = ConnectFailures.kindOf(failure) == ConnectFailures.Kind.LOCAL;
    return ours ? ProbeReport.skipped(detail) : ProbeReport.failed(detail);
  }

  /** One request; the deadline is that of the next look. */
  private final class Echo extends Deadline {
    private final EchoSocket socket;
    private final Consumer<ProbeReport> report;
    private final ByteBuffer packet = ByteBuffer.allocateDirect(PACKET_BYTES + HEADER_BYTES);
    private final boolean ipv4 = address instanceof Inet4Address;
    private final short number = ++sequence;
    private final long payload = ThreadLocalRandom.current().nextLong();
    private final long endNanos;
    private long waitNanos = FIRST_LOOK_NANOS;

    Echo(EchoSocket socket, long timeoutNanos, Consumer<ProbeReport> report) {
      this.socket = socket;
      this.report = report;
      this.endNanos = loop.momentNanos() + timeoutNanos;
    }

    void send() throws IOException {
      packet.put((byte) (ipv4 ? 8 : 128)).put((byte) 0).putShort((short) 0).putShort((short) 0);
      packet.putShort(number).putLong(payload).flip();
      socket.send(packet);
      loop.arm(this, waitNanos);
    }

    @Override
    protected void onDue() {
      try {
        while (socket.receive(packet.clear())) {
          if (isReply(packet.flip())) {
            conclude(ProbeReport.PASSED);
            return;
          }
        }
      } catch (IOException failure) {
        conclude(reportOf(failure));
        return;
      }
      lookLater();
    }

    private void lookLater() {
      long left = endNanos - loop.momentNanos();
      if (left <= 0) {
        conclude(ProbeReport.failed("ping: no reply in time"));
        return;
      }
      waitNanos = Math.min(2 * waitNanos, LONGEST_WAIT_NANOS);
      loop.arm(this, Math.min(waitNanos, left));
    }

    private boolean isReply(ByteBuffer received) {
      return received.limit() == PACKET_BYTES
          && received.get(0) == (byte) (ipv4 ? 0 : 129)
          && received.getShort(SEQUENCE_AT) == number
          && received.getLong(PAYLOAD_AT) == payload;
    }

    private void conclude(ProbeReport found) {
      abort();
      report.accept(found);
    }

    void end() {
      loop.cancel(this);
      socket.close();
    }
  }
}
