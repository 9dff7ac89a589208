package io.lb4j.internal.probe;

import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.Connecting;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.ReadyHandler;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.net.StreamSocket;
import io.lb4j.internal.util.Deadline;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Asks an agent: connects, sends what there is to send, reads one line. An agent that cannot be
 * reached, is silent or says more than fits has no say: the report bears no orders.
 */
public final class AgentProber implements Prober {
  /** How long the line may be, in bytes. */
  public static final int LONGEST_LINE = 1024;

  private final EventLoop loop;
  private final Supplier<SocketAddress> target;
  private final byte[] send;
  private final IntSupplier configuredWeight;
  private Optional<Exchange> present = Optional.empty();

  /**
   * Asks what the supplier says at the time of each probe.
   *
   * @param send what the agent gets to read first; may be empty
   * @param configuredWeight of the target, as {@link AgentReply#read} needs it
   */
  public AgentProber(
      EventLoop loop, Supplier<SocketAddress> target, String send, IntSupplier configuredWeight) {
    this.loop = loop;
    this.target = target;
    this.send = send.getBytes(StandardCharsets.UTF_8);
    this.configuredWeight = configuredWeight;
  }

  @Override
  public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
    Exchange exchange = new Exchange(report);
    present = Optional.of(exchange);
    exchange.begin(timeoutNanos);
  }

  @Override
  public void abort() {
    present.ifPresent(Exchange::end);
    present = Optional.empty();
  }

  /** One connection; the deadline is that of the whole. */
  private final class Exchange extends Deadline implements ReadyHandler, Connecting.Outcome {
    private final Consumer<ProbeReport> report;
    private final ByteBuffer output = ByteBuffer.allocateDirect(send.length).put(send).flip();
    private final ByteBuffer input = ByteBuffer.allocateDirect(LONGEST_LINE);
    private Optional<Connecting> connecting = Optional.empty();
    private Optional<StreamSocket> socket = Optional.empty();
    private boolean ended;

    Exchange(Consumer<ProbeReport> report) {
      this.report = report;
    }

    void begin(long timeoutNanos) {
      loop.arm(this, timeoutNanos);
      ConnectRequest request =
          new ConnectRequest(target.get(), Optional.empty(), SocketSettings.NONE);
      connecting = Connecting.begin(loop, request, timeoutNanos, this);
    }

    @Override
    public void onConnected(StreamSocket connected) {
      socket = Optional.of(connected);
      converse(connected);
    }

    @Override
    public void onConnectFailed(IOException failure) {
      conclude(ProbeReport.silent("agent: " + ConnectFailures.describe(failure)));
    }

    @Override
    public void onReady(boolean readable, boolean writable) {
      socket.ifPresent(this::converse);
    }

    private void converse(StreamSocket agent) {
      try {
        if (output.hasRemaining()) {
          agent.write(output);
        }
        while (input.hasRemaining()) {
          int count = agent.read(input);
          if (count < 0 || endOfLine() >= 0) {
            answer();
            return;
          }
          if (count == 0) {
            agent.watch(this, true, output.hasRemaining());
            return;
          }
        }
        conclude(ProbeReport.silent("agent: said more than " + LONGEST_LINE + " bytes"));
      } catch (IOException failure) {
        conclude(ProbeReport.silent("agent: " + failure.getMessage()));
      }
    }

    private int endOfLine() {
      for (int i = 0; i < input.position(); i++) {
        if (input.get(i) == '\n') {
          return i;
        }
      }
      return -1;
    }

    private void answer() {
      byte[] line = new byte[endOfLine() < 0 ? input.position() : endOfLine()];
      input.get(0, line);
      String text = new String(line, StandardCharsets.UTF_8);
      conclude(
          text.isBlank()
              ? ProbeReport.silent("agent: said nothing")
              : AgentReply.read(text, configuredWeight.getAsInt()));
    }

    @Override
    protected void onDue() {
      String what = socket.isPresent() ? "no answer in time" : "connect timed out";
      conclude(ProbeReport.silent("agent: " + what));
    }

    @Override
    public void onHandlerFailure(Throwable failure) {
      conclude(ProbeReport.skipped("agent: " + failure));
    }

    private void conclude(ProbeReport found) {
      if (!ended) {
        end();
        report.accept(found);
      }
    }

    void end() {
      ended = true;
      loop.cancel(this);
      connecting.ifPresent(Connecting::abort);
      socket.ifPresent(StreamSocket::close);
      socket = Optional.empty();
    }
  }
}
