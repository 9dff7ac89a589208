package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import io.lb4j.internal.util.Deadline;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reaches its target over a line and has a {@link Dialogue} find out. One deadline for all of it.
 * The line is closed when there is a report.
 */
public final class DialogueProber implements Prober {
  private final EventLoop loop;
  private final Supplier<SocketAddress> target;
  private final Lines lines;
  private final Supplier<Dialogue> dialogues;
  private Optional<Run> present = Optional.empty();

  /**
   * A prober of one target.
   *
   * @param target asked at the time of each probe
   * @param lines makes the line of each probe
   * @param dialogues makes the dialogue of each probe
   */
  public DialogueProber(
      EventLoop loop, Supplier<SocketAddress> target, Lines lines, Supplier<Dialogue> dialogues) {
    this.loop = loop;
    this.target = target;
    this.lines = lines;
    this.dialogues = dialogues;
  }

  @Override
  public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
    Run run = new Run(dialogues.get(), report);
    present = Optional.of(run);
    boolean begun = false;
    try {
      loop.arm(run, timeoutNanos);
      run.open(lines.to(target.get(), timeoutNanos, run));
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
  private final class Run extends Deadline implements Line.Listener {
    private final Dialogue dialogue;
    private final Consumer<ProbeReport> report;
    private Optional<Line> line = Optional.empty();
    private boolean speaking;
    private boolean ended;

    Run(Dialogue dialogue, Consumer<ProbeReport> report) {
      this.dialogue = dialogue;
      this.report = report;
    }

    void open(Line made) {
      line = Optional.of(made);
      made.open();
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
        conclude(line.orElseThrow().onTimeout());
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
      line.ifPresent(Line::close);
    }
  }
}
