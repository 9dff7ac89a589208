package io.lb4j.internal.probe;

import io.lb4j.internal.net.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Probes of targets that share something, such as an address, and with it the result: there is one
 * probe at a time for each key, and a result that is no older than three quarters of the timeout is
 * told again, but to no target twice. All methods are called on the loop's thread.
 *
 * @param <K> what is shared
 */
public final class SharedProbes<K> {
  private final EventLoop loop;
  private final Function<K, Prober> maker;
  private final Map<K, Shared> shared = new HashMap<>();

  /**
   * Shares what the maker makes.
   *
   * @param maker makes the one prober of a key
   */
  public SharedProbes(EventLoop loop, Function<K, Prober> maker) {
    this.loop = loop;
    this.maker = maker;
  }

  /** A prober for one target, whose key is asked for at each probe. */
  public Prober prober(Supplier<K> key) {
    return new Share(key);
  }

  private final class Share implements Prober {
    private final Supplier<K> key;
    private Optional<K> last = Optional.empty();

    Share(Supplier<K> key) {
      this.key = key;
    }

    @Override
    public void begin(long timeoutNanos, Consumer<ProbeReport> report) {
      K now = key.get();
      if (!last.equals(Optional.of(now))) {
        leave();
        last = Optional.of(now);
      }
      Shared common = shared.computeIfAbsent(now, unused -> new Shared(maker.apply(now)));
      common.users.add(this);
      common.ask(this, timeoutNanos, report);
    }

    @Override
    public void abort() {
      leave();
    }

    private void leave() {
      last.ifPresent(key -> shared.computeIfPresent(key, (same, common) -> common.without(this)));
      last = Optional.empty();
    }
  }

  /** What all targets of one key have in common. */
  private final class Shared {
    private final Prober prober;
    private final Set<Share> users = new HashSet<>();
    private final Set<Share> told = new HashSet<>();
    private final Map<Share, Consumer<ProbeReport>> waiting = new LinkedHashMap<>();
    private Optional<ProbeReport> result = Optional.empty();
    private long resultNanos;

    Shared(Prober prober) {
      this.prober = prober;
    }

    void ask(Share asker, long timeoutNanos, Consumer<ProbeReport> report) {
      boolean fresh =
          result.isPresent() && loop.momentNanos() - resultNanos <= timeoutNanos / 4 * 3;
      if (fresh && waiting.isEmpty() && told.add(asker)) {
        report.accept(result.get());
        return;
      }
      waiting.put(asker, report);
      if (waiting.size() == 1) {
        prober.begin(timeoutNanos, this::conclude);
      }
    }

    private void conclude(ProbeReport found) {
      result = Optional.of(found);
      resultNanos = loop.momentNanos();
      told.clear();
      told.addAll(waiting.keySet());
      List<Consumer<ProbeReport>> listeners = new ArrayList<>(waiting.values());
      waiting.clear();
      listeners.forEach(each -> each.accept(found));
    }

    /** Forgets a target; with the last of them, everything. */
    Shared without(Share gone) {
      users.remove(gone);
      told.remove(gone);
      if (waiting.remove(gone) != null && waiting.isEmpty()) {
        prober.abort();
      }
      return users.isEmpty() ? null : this;
    }
  }
}
