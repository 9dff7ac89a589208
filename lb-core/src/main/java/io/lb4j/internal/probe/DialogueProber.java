package io.lb4j.internal.probe;

import io.lb4j.internal.net.ConnectFailures;
import io.lb4j.internal.net.ConnectRequest;
import io.lb4j.internal.net.Connecting;
import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.net.SocketSettings;
import io.lb4j.internal.net.StreamSocket;
import io.lb4j.internal.util.Deadline;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Connects, perhaps with TLS, and has a {@link Dialogue} find out. One deadline for all of it. The
 * connection is closed when there is a report.
 */
public final class DialogueProber implements Prober {
  private final EventLoop loop;
  private final Executor threads;
  private final Supplier<SocketAddress> target;
  private final Optional<TlsSettings> tls;
  private final Greeting greeting;
  private final Supplier<Dialogue> dialogues;
  private Optional<Run> present = Optional.empty();

  /**
   * A prober of one target.
   *
   * @param threads for what TLS has to do that takes long
   * @param target asked at the time of each probe
   * @param greeting comes before everything else, TLS too
   * @param dialogues makes the dialogue of each probe
   */
  public DialogueProber(
      EventLoop loop,
      Executor threads,
      Supplier<SocketAddress> target,
      Optional<TlsSettings> tls,
      Greeting greeting,
      Supplier<Dialogue> dialogues) {
    this.loop = loop;
    this.threads = threads;
    this.target = target;
    this.tls = tls;
    this.greeting = greeting;
    this.dialogues = dialogues;
  }

  @Override
  public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
    Run run = new Run(dialogues.get(), report);
    present = Optional.of(run);
    boolean begun = false;
    try {
      loop.arm(run, timeoutNanos);
      ConnectRequest request =
          new ConnectRequest(target.get(), Optional.empty(), SocketSettings.NONE);
      run.connecting = Connecting.begin(loop, request, timeoutNanos, run);
      begun = true;
    } finally {
      if (!begun) {
        abort();
      }
    }
  }

  @Override
  public void abort() {
    present.ifPresent(Run::end);
    present = Optional.empty();
  }

  /** One probe. */
  private final class Run extends Deadline implements Connecting.Outcome, Line.Listener {
    private final Dialogue dialogue;
    private final Consumer<ProbeReport> report;
    private Optional<Connecting> connecting = Optional.empty();
    private Optional<Line> line = Optional.empty();
    private boolean speaking;
    private boolean ended;

    Run(Dialogue dialogue, Consumer<ProbeReport> report) {
      this.dialogue = dialogue;
      this.report = report;
    }

    @Override
    public void onConnected(StreamSocket socket) {
      boolean opened = false;
      try {
        greeting.send(loop, socket);
        Line made = lineOver(socket);
        line = Optional.of(made);
        made.open();
        opened = true;
      } catch (TlsUnusableException noEngine) {
        conclude(ProbeReport.skipped(noEngine.getMessage()));
      } catch (IOException gone) {
        conclude(ProbeReport.failed(ConnectFailures.describe(gone)));
      } finally {
        if (!opened) {
          socket.close();
        }
      }
    }

    private Line lineOver(StreamSocket socket) throws TlsUnusableException {
      if (tls.isEmpty()) {
        return new PlainLine(loop, socket, this);
      }
      return new TlsLine(loop, threads, socket, tls.get().newEngine(), this);
    }

    @Override
    public void onConnectFailed(IOException failure) {
      String words = ConnectFailures.describe(failure);
      boolean ours = ConnectFailures.kindOf(failure) == ConnectFailures.Kind.LOCAL;
      conclude(ours ? ProbeReport.skipped(words) : ProbeReport.failed(words));
    }

    @Override
    public void onOpen() {
      speaking = true;
      Line open = line.orElseThrow();
      dialogue.onOpen(open::send).ifPresent(this::conclude);
    }

    @Override
    public void onBytes(ByteBuffer bytes) {
      if (!ended) {
        dialogue.onBytes(bytes).ifPresent(this::conclude);
      }
    }

    @Override
    public void onEnd() {
      if (!ended) {
        conclude(dialogue.onEnd());
      }
    }

    @Override
    public void onFailed(ProbeReport failure) {
      conclude(failure);
    }

    @Override
    protected void onDue() {
      if (speaking) {
        conclude(dialogue.onTimeout());
      } else {
        conclude(line.map(Line::onTimeout).orElse(ProbeReport.failed("connect timed out")));
      }
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
      line.ifPresent(Line::close);
    }
  }
}
