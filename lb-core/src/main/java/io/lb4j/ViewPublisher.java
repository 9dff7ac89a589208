package io.lb4j;

import io.lb4j.internal.net.EventLoop;
import java.util.Collection;
import java.util.Optional;

/**
 * Brings what has changed in a pool into force: makes the view that flows see, has the chooser in
 * it made, tells listeners. Views are made under the pool's lock; a chooser that takes time is made
 * without it, and never by an event loop of flows.
 */
final class ViewPublisher {
  /** Up to so many members a new view costs next to nothing. */
  private static final int VIEW_AT_ONCE = 100;

  private final Pool pool;
  private final Object lock; // the pool's
  private final Object settling = new Object(); // held while a chooser is made; before the lock
  private final Collection<PoolMember> members;
  private final Recovery recovery;
  private final ViewComposer composer;
  private final ViewNews news;
  private final PoolMailbox mailbox;
  private boolean outdated; // the view; guarded by lock
  private volatile PoolView view = PoolView.EMPTY;

  /**
   * A publisher that has published nothing yet.
   *
   * @param members those of the pool at any time; guarded by the lock
   */
  ViewPublisher(
      Pool pool,
      Object lock,
      Collection<PoolMember> members,
      Recovery recovery,
      ViewComposer composer,
      PoolMailbox mailbox) {
    this.pool = pool;
    this.lock = lock;
    this.members = members;
    this.recovery = recovery;
    this.composer = composer;
    this.news = new ViewNews(pool, mailbox);
    this.mailbox = mailbox;
  }

  /** What flows see. Any thread. */
  PoolView view() {
    return view;
  }

  /** Makes the present state the one that flows see. Under the lock, but for a new pool. */
  void publish() {
    Optional<PoolControl> control = pool.control();
    outdated = false;
    recovery.advance(members);
    recovery.noteAvailability(members, control.isPresent());
    PoolView before = view;
    view = composer.compose(members, before);
    pool.flows().actOnExits(); // here and not by a callback's leave, which may take long
    news.post(before, view, control.isPresent());
    if (control.isPresent()) {
      recovery.nextDue(members).ifPresent(control.get()::advanceIn);
    }
    pool.onRoom();
  }

  /**
   * As {@link #publish}, after the control thread has found something of a member. In a large pool
   * it waits for the end of this thread's turn: a view costs time for every member, and thousands
   * may come up, or go down, together.
   */
  void publishFound() {
    if (members.size() <= VIEW_AT_ONCE) {
      publish();
    } else {
      outdated = true;
    }
  }

  /**
   * Has the chooser made that the view waits for, if it does; never by an event loop of flows. On
   * such a loop and without a control thread it waits on: nobody asks it until {@link Pool#retain}.
   */
  void settleOffLoops() {
    if (view.made().isSettled()) {
      return;
    }
    if (EventLoop.isCurrentThreadALoop()) {
      pool.control().ifPresent(running -> running.execute(this::settle));
    } else {
      settle();
    }
  }

  /** Makes it without the lock, which loops may wait for. */
  private void settle() {
    synchronized (settling) {
      for (PoolView waiting = view; !waiting.made().isSettled(); waiting = view) {
        PoolView settled = composer.settle(waiting);
        synchronized (lock) {
          view = view == waiting ? settled : view;
        }
        pool.onRoom();
      }
    }
  }

  /** Has listeners told, on the control thread if there is one. Without the lock. */
  void deliver() {
    settleOffLoops();
    Optional<PoolControl> running = pool.control();
    if (running.isEmpty() || !running.get().execute(this::deliverHere)) {
      deliverHere();
    }
  }

  /** Whoever hears of a change sees a view that has it. */
  private void deliverHere() {
    synchronized (lock) {
      if (outdated) {
        publish();
      }
    }
    settleOffLoops();
    mailbox.deliver();
  }
}
