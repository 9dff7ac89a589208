package io.lb4j.examples.cli;

import java.util.concurrent.CountDownLatch;

/** Keeps a command running until the process is asked to end, by SIGTERM or SIGINT. */
final class Termination {
  private final Runnable ending;
  private final Thread hook = new Thread(this::endProcess, "ending");

  private Termination(Runnable ending) {
    this.ending = ending;
  }

  /** From now on a signal has this done and ends the process with status 0. */
  static Termination does(Runnable ending) {
    Termination termination = new Termination(ending);
    Runtime.getRuntime().addShutdownHook(termination.hook);
    return termination;
  }

  private void endProcess() {
    ending.run();
    Runtime.getRuntime().halt(0); // else the status would be 128 and the signal's number
  }

  /** Waits for a signal. An interrupt ends the wait as well; then this returns. */
  void await() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException asked) {
      Runtime.getRuntime().removeShutdownHook(hook);
      ending.run();
    }
  }
}
