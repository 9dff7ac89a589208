package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which pool serves which flow of a virtual server: by a key, or by code of your own. Immutable:
 * each setting returns a changed copy.
 *
 * <pre>{@code
 * Routes.by(KeySource.tlsServerName())
 *     .to("shop.example", shop)
 *     .to("*.shop.example", shop)
 *     .to("api.example", api)
 * }</pre>
 *
 * <p>A flow without a key, or with one that no route names, goes to the virtual server's own pool,
 * or is refused if it {@linkplain #refuseOthers so says}.
 */
public final class Routes {
  /** The most routes of a table. */
  public static final int MAX_ROUTES = 10_000;

  private final Router router;
  private final Set<Pool> pools;
  private final List<KeySource> sources;
  private final Optional<Table> table; // empty for code of the host's own

  private Routes(Router router, Set<Pool> pools, List<KeySource> sources, Optional<Table> table) {
    this.router = router;
    this.pools = pools;
    this.sources = sources;
    this.table = table;
  }

  private Routes(Table table) {
    this(table, table.pools(), List.of(table.source), Optional.of(table));
  }

  /** A table of keys, empty as yet. */
  public static Routes by(KeySource source) {
    return new Routes(new Table(Checks.present("source", source), Map.of(), false));
  }

  /**
   * Code of your own. To give no pool refuses the flow; the virtual server's own pool may be among
   * those given here.
   *
   * @param pools every pool that it may give; at least one
   * @param sources every key that it asks the flow for
   */
  public static Routes of(Router router, Collection<Pool> pools, KeySource... sources) {
    Checks.present("router", router);
    Checks.range("pools", Checks.present("pools", pools).size(), 1, MAX_ROUTES);
    return new Routes(router, new LinkedHashSet<>(pools), List.of(sources), Optional.empty());
  }

  /**
   * The same with one more route; the last one for a key counts.
   *
   * @param key the text of the key, with no {@code *} but a leading one before a dot; {@code
   *     *.shop.example} stands for every name that ends with {@code .shop.example}, of which the
   *     longest one that fits counts, after exact ones
   * @throws IllegalStateException for routes by code
   */
  public Routes to(String key, Pool pool) {
    Checks.notBlank("key", key);
    boolean wildcard = key.startsWith("*.") && key.length() > 2;
    if (key.lastIndexOf('*') >= (wildcard ? 1 : 0)) {
      throw Checks.bad("key", '"' + key + '"', "no * but in a leading *.");
    }
    Checks.present("pool", pool);
    Table old = table("to");
    Map<String, Pool> more = new HashMap<>(old.routes);
    more.put(key, pool);
    Checks.range("routes", more.size(), 1, MAX_ROUTES);
    return new Routes(new Table(old.source, Map.copyOf(more), old.refusesOthers));
  }

  /**
   * The same, but a flow that no route names is refused ({@link CloseReason#NO_ROUTE}).
   *
   * @throws IllegalStateException for routes by code
   */
  public Routes refuseOthers() {
    Table old = table("refuseOthers");
    return new Routes(new Table(old.source, old.routes, true));
  }

  private Table table(String setting) {
    Checks.state(table.isPresent(), setting + ": the routes are code; begin with Routes.by()");
    return table.get();
  }

  /** Whether the virtual server's own pool takes what the router does not place. */
  boolean fallsBack() {
    return table.isPresent() && !table.get().refusesOthers;
  }

  Router router() {
    return router;
  }

  /** Every pool that a flow may go to, beside the virtual server's own. */
  Set<Pool> pools() {
    return pools;
  }

  List<KeySource> sources() {
    return sources;
  }

  @Override
  public String toString() {
    return table.map(Table::toString).orElse("routes by code");
  }

  /** Routes by a key. */
  private record Table(KeySource source, Map<String, Pool> routes, boolean refusesOthers)
      implements Router {
    @Override
    public Optional<Pool> route(Flow flow) {
      return flow.key(source).flatMap(key -> find(key.toString()));
    }

    private Optional<Pool> find(String key) {
      Pool exact = routes.get(key);
      int dot = key.indexOf('.');
      while (exact == null && dot >= 0) {
        exact = routes.get("*" + key.substring(dot));
        dot = key.indexOf('.', dot + 1);
      }
      return Optional.ofNullable(exact);
    }

    Set<Pool> pools() {
      return new LinkedHashSet<>(routes.values());
    }

    @Override
    public String toString() {
      return routes.size() + " routes by " + source;
    }
  }
}
