package io.lb4j;

import io.lb4j.internal.util.Deadline;
import java.util.List;
import java.util.Optional;

/**
 * What a store of the host's has on record for one flow: asked for all keys at once, and waited for
 * without holding the loop. The answers come on any thread; they are looked at on the flow's loop,
 * and no more once the flow has gone on or ended.
 */
final class StoreLookup extends Deadline implements Recall {
  private enum Answer {
    /** Not there yet. */
    PENDING,
    /** There is none, and will be none. */
    UNKNOWN,
    /** No record of use. */
    NONE,
    /** A member. */
    FOUND
  }

  private final StoreAccess store;
  private final Dispatcher dispatcher;
  private final List<FlowKey> keys;
  private final Answer[] answers;
  private final PoolMember[] members;
  private ActiveFlow flow; // null when it has gone on or ended
  private boolean asking;
  private int pending;
  private String failure = "";

  StoreLookup(StoreAccess store, Dispatcher dispatcher, ActiveFlow flow) {
    this.store = store;
    this.dispatcher = dispatcher;
    this.flow = flow;
    keys = flow.state().keys();
    answers = new Answer[keys.size()];
    members = new PoolMember[keys.size()];
  }

  /** Asks. The flow goes on now if all answers are there, else when they are or its time is up. */
  void begin() {
    asking = true;
    pending = keys.size();
    for (int i = 0; i < keys.size() && flow != null; i++) {
      int index = i;
      answers[index] = Answer.PENDING;
      store.ask(keys.get(index), found -> onAnswer(index, found));
    }
    asking = false;
    if (flow == null) {
      return; // the store closed it
    }
    if (pending == 0) {
      goOn();
    } else {
      dispatcher.loop().arm(this, store.patience().toNanos());
      flow.watchClient();
    }
  }

  /** On any thread. Even on the loop it may come in the middle of something else. */
  private void onAnswer(int index, Optional<ServiceAddress> found) {
    if (dispatcher.loop().inLoop() && asking) {
      answered(index, found);
    } else {
      dispatcher.loop().execute(() -> answered(index, found));
    }
  }

  private void answered(int index, Optional<ServiceAddress> found) {
    if (flow == null || answers[index] != Answer.PENDING) {
      return; // too late, or once more
    }
    pending--;
    if (found == null) {
      answers[index] = Answer.UNKNOWN;
      failure = "the store failed";
    } else {
      note(index, found.flatMap(store::member));
    }
    if (pending == 0 && !asking) {
      goOn();
    }
  }

  private void note(int index, Optional<PoolMember> member) {
    answers[index] = member.isPresent() ? Answer.FOUND : Answer.NONE;
    members[index] = member.orElse(null);
    if (member.isPresent()) {
      store.counters().countHit();
    } else {
      store.counters().countMiss();
    }
  }

  @Override
  protected void onDue() {
    for (int i = 0; i < answers.length; i++) {
      if (answers[i] == Answer.PENDING) {
        answers[i] = Answer.UNKNOWN;
        store.counters().countLate();
      }
    }
    failure = "no answer within " + Durations.brief(store.patience());
    store.complain(failure);
    goOn();
  }

  private void goOn() {
    ActiveFlow waiting = flow;
    end();
    dispatcher.recalled(waiting, failure);
  }

  /** The flow waits no more. */
  void end() {
    flow = null;
    dispatcher.loop().cancel(this);
  }

  @Override
  public Optional<PoolMember> find(FlowKey key) {
    int index = keys.indexOf(key);
    return answers[index] == Answer.FOUND ? members[index].present() : Optional.empty();
  }

  @Override
  public Optional<PoolMember> peek(FlowKey key) {
    return find(key);
  }

  @Override
  public PoolMember claim(FlowKey key, PoolMember member, boolean panic) {
    int index = keys.indexOf(key);
    if (answers[index] == Answer.UNKNOWN) {
      return member; // there may be a record, which is not to be lost
    }
    if (answers[index] == Answer.FOUND && members[index].takesPersisted(panic)) {
      return members[index];
    }
    answers[index] = Answer.FOUND;
    members[index] = member;
    store.put(key, member);
    return member;
  }

  @Override
  public void put(FlowKey key, PoolMember member) {
    store.put(key, member);
  }
}
