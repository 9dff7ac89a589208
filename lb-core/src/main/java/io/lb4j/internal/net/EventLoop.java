package io.lb4j.internal.net;

import io.lb4j.internal.util.Clock;
import io.lb4j.internal.util.Deadline;
import io.lb4j.internal.util.DeadlineWheel;
import io.lb4j.internal.util.LastWords;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread's worth of sockets, deadlines and commands. A turn is: run commands, wait for sockets,
 * read the clock once, handle what is ready, expire deadlines. A thread of its own drives it, or a
 * test calls {@link #runOnce}.
 *
 * <p><b>Reads come before deadlines.</b> A turn expires only what was due <em>before</em> its wait
 * began. So when the process was stopped for a while (garbage collection, SIGSTOP, a suspended
 * laptop), the bytes that arrived meanwhile are read first and refresh their flows; only a peer
 * that was really silent runs into its idle deadline. The price is one more look at the poller
 * before a deadline fires.
 *
 * <p><b>Nothing kills it.</b> What a handler or a command throws is that flow's or that command's
 * loss. A poller that returns at once for no reason is rebuilt and then slowed down. An interrupt
 * is cleared and reported: the host has no business with this thread.
 *
 * <p><b>Which time.</b> Whether something is due is decided by the time of the turn, {@link
 * #nowNanos}, which is read once. What begins in a turn, be it a deadline, a silence or a duration
 * that is measured for someone, begins at {@link #momentNanos}: a turn may take long, for a
 * callback or because the process was stopped in the middle of it, and what happens after that did
 * not happen before it.
 *
 * <p>Other threads may call {@link #execute}, {@link #stop}, {@link #join}, {@link #inLoop}, {@link
 * #busySinceNanos}, {@link #whereabouts} and nothing else.
 */
public final class EventLoop {
  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
  private static final int VAIN_WAITS_BEFORE_REBUILD = 512;
  private static final int VAIN_WAITS_BEFORE_BACKOFF = 2 * VAIN_WAITS_BEFORE_REBUILD;
  private static final long BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LONGEST_WAIT_NANOS = 1L << 60; // 36 years
  private static final long ROUNDING_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** What {@link #busySinceNanos} says of a loop that waits. */
  public static final long WAITING = Long.MIN_VALUE;

  private static final VarHandle BUSY_SINCE;

  static {
    try {
      BUSY_SINCE =
          MethodHandles.lookup().findVarHandle(EventLoop.class, "busySinceNanos", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final String name;
  private final Clock clock;
  private final Poller poller;
  private final DeadlineWheel deadlines;
  private final BufferPool buffers;
  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean wakeupPending = new AtomicBoolean();
  private final Runnable awake = this::readClock;
  private final Consumer<Throwable> deadlineFailed = this::onDeadlineFailure;
  private volatile Thread thread;
  private volatile boolean stopping;
  private volatile boolean ended;
  private long nowNanos;
  private long expectedNanos; // the latest time at which the present wait should end
  private long lateNanos;
  private long turn;
  private int vainWaits;

  @SuppressWarnings("UnusedVariable") // through BUSY_SINCE
  private long busySinceNanos = WAITING;

  /** Opens a loop that nobody drives yet. */
  public EventLoop(String name, Transport transport, Clock clock) throws IOException {
    this(name, transport, clock, new BufferPool());
  }

  EventLoop(String name, Transport transport, Clock clock, BufferPool buffers) throws IOException {
    this.buffers = buffers;
    this.name = name;
    this.clock = clock;
    nowNanos = clock.nanoTime();
    expectedNanos = nowNanos;
    deadlines = new DeadlineWheel(nowNanos);
    poller = transport.openPoller();
    buffers.tray().writeWith(poller.writes());
  }

  /** Drives the loop with a thread of its own, until {@link #stop}. */
  public void start(boolean daemon) {
    Thread driver = new LoopThread(this::run, name);
    driver.setDaemon(daemon);
    thread = driver; // before it runs: it asks whether it is in the loop
    boolean started = false;
    try {
      driver.start();
      started = true;
    } finally {
      if (!started) {
        thread = null;
      }
    }
  }

  private static final class LoopThread extends Thread {
    LoopThread(Runnable task, String name) {
      super(task, name);
    }
  }

  /** Whether the caller runs on the thread of any loop, and so must not wait for one. */
  public static boolean isCurrentThreadALoop() {
    return Thread.currentThread() instanceof LoopThread;
  }

  private void run() {
    try {
      readClock(); // the loop may have been opened long before it was started
      while (!stopping) {
        try {
          turnOrSurvive();
        } catch (Throwable noMemoryToSurviveIn) {
          Thread.onSpinWait(); // there may be some again
        }
      }
    } finally {
      end();
    }
  }

  /** The flows of this loop must outlive any mistake of ours, and any shortage of memory. */
  private void turnOrSurvive() {
    try {
      runOnce(Long.MAX_VALUE);
    } catch (Throwable failure) {
      LastWords.say(LOG, "{} goes on after a failure", name, failure);
      LastWords.say(() -> LockSupport.parkNanos(BACKOFF_NANOS)); // which can fail just as well
    }
  }

  /**
   * Takes one turn.
   *
   * @param maxWaitNanos how long to wait for sockets at most
   */
  public void runOnce(long maxWaitNanos) throws IOException {
    turn++;
    runCommands();
    buffers.tray().empty();
    long previousTurnNanos = nowNanos;
    long wait = Math.min(maxWaitNanos, deadlines.nanosUntilNext(previousTurnNanos));
    if (stopping || wakeupPending.get()) {
      wait = 0;
    }
    expectedNanos = previousTurnNanos + Math.min(wait, LONGEST_WAIT_NANOS);
    BUSY_SINCE.setOpaque(this, WAITING);
    int ready;
    try {
      ready = poller.poll(wait, awake);
    } catch (Throwable failure) {
      readClock(); // what is due may be what makes room for the poller
      buffers.tray().empty();
      deadlines.expire(previousTurnNanos, deadlineFailed);
      throw failure;
    }
    buffers.tray().empty();
    deadlines.expire(previousTurnNanos, deadlineFailed);
    boolean woken = wakeupPending.getAndSet(false);
    if (ready > 0 || woken || stopping || nowNanos - previousTurnNanos >= wait - ROUNDING_NANOS) {
      vainWaits = 0;
    } else {
      afterVainWait();
    }
  }

  private void onDeadlineFailure(Throwable failure) {
    LastWords.say(LOG, "{}: a deadline failed", name, failure);
  }

  private void readClock() {
    nowNanos = clock.nanoTime();
    long late = nowNanos - expectedNanos;
    if (late >= LATE_NANOS) {
      lateNanos += late;
    }
    BUSY_SINCE.setOpaque(this, nowNanos);
  }

  private void runCommands() {
    // At most what is there now: commands that issue commands must not keep the sockets waiting.
    for (int left = commands.size(); left > 0; left--) {
      Runnable command = commands.poll();
      if (command == null) {
        return;
      }
      runGuarded(command);
    }
  }

  private void runGuarded(Runnable command) {
    try {
      command.run();
    } catch (Throwable failure) {
      LastWords.say(LOG, "{}: a command failed", name, failure);
    }
  }

  private void afterVainWait() throws IOException {
    if (Thread.interrupted()) {
      LOG.warn("{} was interrupted and goes on: close its owner to end it", name);
      return;
    }
    vainWaits++;
    if (vainWaits == VAIN_WAITS_BEFORE_REBUILD) {
      LOG.warn("{}: {} waits ended at once for no reason; rebuilding the poller", name, vainWaits);
      poller.rebuild();
    } else if (vainWaits > VAIN_WAITS_BEFORE_BACKOFF) {
      LockSupport.parkNanos(BACKOFF_NANOS);
    }
  }

  /**
   * Has the loop run a command in one of its next turns. Any thread.
   *
   * @return false when the loop has ended: the command will not run
   */
  public boolean execute(Runnable command) {
    commands.add(command);
    if (ended) {
      return !commands.remove(command);
    }
    if (wakeupPending.compareAndSet(false, true)) {
      poller.wakeup();
    }
    return true;
  }

  /** Has the loop end after its present turn. Commands given before it are run. Any thread. */
  public void stop() {
    stopping = true;
    poller.wakeup();
    if (thread == null) {
      end();
    }
  }

  private void end() {
    ended = true;
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      runGuarded(command);
    }
    try {
      poller.close();
    } catch (IOException failure) {
      LOG.warn("{}: poller did not close: {}", name, failure.toString());
    }
  }

  /**
   * Waits until the thread of a stopped loop has ended; returns at once on that thread itself.
   *
   * @return whether it has ended
   */
  public boolean join(long timeoutMillis) throws InterruptedException {
    Thread driver = thread;
    if (driver == null || driver == Thread.currentThread()) {
      return driver == null;
    }
    driver.join(timeoutMillis);
    return !driver.isAlive();
  }

  /**
   * Whether the caller is the thread of this loop; a loop without a thread belongs to every caller.
   */
  public boolean inLoop() {
    Thread driver = thread;
    return driver == null || driver == Thread.currentThread();
  }

  /**
   * Since when it has been busy with its present turn, in the time of its clock; {@link #WAITING}
   * if it waits for something to do. Any thread.
   */
  public long busySinceNanos() {
    return (long) BUSY_SINCE.getOpaque(this);
  }

  /** Where its thread is at this moment, the innermost call first. Any thread. */
  public StackTraceElement[] whereabouts() {
    Thread driver = thread;
    return driver == null ? new StackTraceElement[0] : driver.getStackTrace();
  }

  /** How many turns it has taken, this one included. */
  public long turn() {
    return turn;
  }

  /** The time of this turn. */
  public long nowNanos() {
    return nowNanos;
  }

  /**
   * By how much its turns began later than their deadlines were due, all together; turns that were
   * less than 50 ms late do not count. If it grew since an earlier moment, this loop or the whole
   * process was held up meanwhile.
   */
  public long lateNanos() {
    return lateNanos;
  }

  /** The time of this moment, which in a turn that takes long is not that of the turn. */
  public long momentNanos() {
    return clock.nanoTime();
  }

  /** Arms a deadline, counted from this moment. */
  public void arm(Deadline deadline, long delayNanos) {
    deadlines.arm(deadline, momentNanos(), delayNanos);
  }

  /** Takes a deadline out. */
  public void cancel(Deadline deadline) {
    deadlines.cancel(deadline);
  }

  /** The sockets of this loop. */
  public Poller poller() {
    return poller;
  }

  /** The buffers of this loop. */
  public BufferPool buffers() {
    return buffers;
  }

  @Override
  public String toString() {
    return name;
  }
}
