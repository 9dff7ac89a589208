package io.lb4j;

/**
 * What a pool as a whole has to tell when one view follows another: that it panics, and that nobody
 * takes new clients. Under the pool's lock.
 */
final class ViewNews {
  private final Pool pool;
  private final PoolMailbox mailbox;
  private boolean anyoneAsked; // in this use of the pool: who is not there yet is no loss
  private boolean lossTold;

  ViewNews(Pool pool, PoolMailbox mailbox) {
    this.pool = pool;
    this.mailbox = mailbox;
  }

  /** Posts what is new. */
  void post(PoolView before, PoolView now, boolean inUse) {
    if (now.panic() != before.panic()) {
      mailbox.post(panic(now));
    }
    if (!inUse) {
      mailbox.forget(ViewNews::isOfAUse); // those that are told late are not for the next use
      anyoneAsked = false;
      lossTold = false;
    } else if (now.asked().isEmpty()) {
      nobodyAsked(now);
    } else {
      somebodyAsked(now);
    }
  }

  private static boolean isOfAUse(PoolEvent event) {
    return event instanceof PoolEvent.NoMemberAvailable
        || event instanceof PoolEvent.MembersAvailable;
  }

  private PoolEvent panic(PoolView now) {
    int healthy = now.available().size();
    int all = (int) now.members().stream().filter(PoolMember::takesNewClients).count();
    return now.panic()
        ? new PoolEvent.PanicBegan(pool, healthy, all)
        : new PoolEvent.PanicEnded(pool, healthy, all);
  }

  private void nobodyAsked(PoolView now) {
    if (anyoneAsked) {
      mailbox.post(new PoolEvent.NoMemberAvailable(pool, now.members().size()));
      anyoneAsked = false;
      lossTold = true;
    }
  }

  private void somebodyAsked(PoolView now) {
    if (lossTold) {
      int asked = now.asked().size();
      mailbox.post(new PoolEvent.MembersAvailable(pool, asked, now.members().size()));
    }
    anyoneAsked = true;
    lossTold = false;
  }
}
