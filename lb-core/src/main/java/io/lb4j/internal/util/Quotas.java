package io.lb4j.internal.util;

import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits for each of many keys: so many places at once, so many taken in a second. Used by any
 * number of threads without a lock around it, and bounded in keys.
 *
 * <p>Keys stand in a queue that goes round. Whoever brings a new one looks at a few from the head
 * on: one that holds no place and has all its tokens back says nothing and is dropped, others go to
 * the tail. So while new keys come, about a quarter of what is kept is stale at most. At the bound
 * a key without a place goes even if its tokens are not all back. If none is found the new key is
 * not tracked: whoever has taken all the room with places must not lock out the others.
 */
public final class Quotas<K> {
  /** What comes of asking for a place. */
  public enum Answer {
    /** The place is taken; {@link Quotas#leave} gives it back. */
    IN,
    /** The key has all the places that it may have. */
    TOO_MANY,
    /** The key has taken as many places lately as it may. */
    TOO_FAST,
    /** There was no room to count another key, so there is no limit and nothing to give back. */
    NOT_TRACKED
  }

  private static final int LOOKS = 4;
  private static final int LOOKS_WHEN_FULL = 32;

  private final ConcurrentHashMap<K, Quota<K>> quotas = new ConcurrentHashMap<>();
  private final Queue<Quota<K>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  /** Asks for a place of a key. */
  public Answer enter(K key, QuotaLimits limits, long now) {
    while (true) {
      Quota<K> quota = quotas.get(key);
      if (quota == null) {
        quota = track(key, limits.keys(), now);
      }
      if (quota == null) {
        return Answer.NOT_TRACKED;
      }
      Answer answer = quota.enter(limits, now);
      if (answer != null) {
        return answer;
      }
      quotas.remove(key, quota); // as whoever dropped it is about to
    }
  }

  /** Gives a place back that was taken. */
  public void leave(K key) {
    quotas.get(key).leave(); // with a place it cannot have been dropped
  }

  /** How many keys are kept. */
  public int size() {
    return size.get();
  }

  /** The quota of a new key; null if there is no room. */
  private Quota<K> track(K key, int most, long now) {
    for (int looks = 0; looks < LOOKS; looks++) {
      lookAtHead(false, now);
    }
    for (int looks = 0; size.get() >= most && looks < LOOKS_WHEN_FULL; looks++) {
      lookAtHead(true, now);
    }
    Quota<K> fresh = new Quota<>(key, now);
    if (size.incrementAndGet() > most) {
      size.decrementAndGet();
      return null;
    }
    Quota<K> other = quotas.putIfAbsent(key, fresh);
    if (other != null) { // another thread was as quick
      size.decrementAndGet();
      return other;
    }
    queue.add(fresh);
    return fresh;
  }

  private void lookAtHead(boolean isFull, long now) {
    Quota<K> head = queue.poll();
    if (head == null) {
      return;
    }
    if ((isFull || head.isIdle(now)) && head.drop()) {
      quotas.remove(head.key(), head);
      size.decrementAndGet();
    } else {
      queue.add(head);
    }
  }
}
