package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.io.IOException;
import java.io.Reader;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which member each client of a virtual server had. Any thread may read and change it at any time,
 * and no flow waits for that. What is looked at from here is not used by it: a record lives on only
 * by flows.
 *
 * <p>Iterating takes no lock and no copy: it shows every record that was there all the while, and
 * may or may not show one that came or went meanwhile, in no order.
 *
 * <p>It holds at most {@link PersistencePolicy#maxEntries} records, whoever makes them. One takes
 * about 200 bytes and twice the octets of its key.
 */
public final class PersistenceTable implements Iterable<PersistenceRecord> {
  private final Pool pool;
  private final PersistenceEntries entries;
  private final PersistenceCounters counters;

  PersistenceTable(Pool pool, PersistenceEntries entries, PersistenceCounters counters) {
    this.pool = pool;
    this.entries = entries;
    this.counters = counters;
  }

  /** How many records there are; some may have expired and not been noticed yet. */
  public int size() {
    return entries.size();
  }

  /** The record of a key. */
  public Optional<PersistenceRecord> find(FlowKey key) {
    return entries.record(Checks.present("key", key));
  }

  /**
   * Sends the client of a key to a member from its next flow on. Replaces any record of the key;
   * the new one has its whole life before it.
   *
   * @param member of the pool of the virtual server
   */
  public void put(FlowKey key, PoolMember member) {
    Checks.present("key", key);
    Checks.present("member", member);
    if (pool.findMember(member.address()).filter(member::equals).isEmpty()) {
      throw Checks.bad("member", member, "a member of pool " + pool.name());
    }
    entries.put(key, member);
  }

  /**
   * Forgets a client: its next flow is given a member anew. Open flows go on.
   *
   * @return whether there was a record of this key
   */
  public boolean remove(FlowKey key) {
    return entries.remove(Checks.present("key", key));
  }

  /** Forgets all clients that are on record now. O(records). */
  public void clear() {
    entries.clear();
  }

  /** Every record. */
  @Override
  public Iterator<PersistenceRecord> iterator() {
    return stream().iterator();
  }

  /** Every record. */
  public Stream<PersistenceRecord> stream() {
    return entries.stream();
  }

  /** What came of lookups and records so far. */
  public PersistenceCounters counters() {
    return counters;
  }

  /**
   * Writes every record down, in the format that {@link #importFrom} reads: a line {@code
   * lb4j-persistence 1}, then a line for each record with its key, the milliseconds that it has
   * left and its member's address, such as
   *
   * <pre>{@code
   * lb4j-persistence 1
   * ip:10.1.2.3 179250 10.0.0.1:80
   * ip:2001:db8::/64 4000 unix:/run/web.sock
   * text:JSESSIONID=7 60000 [2001:db8::1]:8080
   * hex:00ff 1200 db.internal:5432
   * }</pre>
   *
   * <p>Keys are {@code ip:} addresses or networks, {@code text:} of printable ASCII without spaces,
   * else {@code hex:} octets. In an address, octets of its UTF-8 form that are not printable ASCII,
   * spaces and the percent sign are written as {@code %} and two hexadecimal digits. Lines end with
   * a line feed.
   *
   * @return how many records were written
   * @throws IOException when {@code out} cannot be written to
   */
  public int exportTo(Appendable out) throws IOException {
    Checks.present("out", out);
    return PersistenceText.write(stream(), out);
  }

  /**
   * Takes records in that {@link #exportTo} wrote, of this virtual server or another one. Where
   * there is a record of the key already, the one with more of its life left stays; none lives
   * longer than {@link PersistencePolicy#timeout} from now. Lines that cannot be read, are longer
   * than 16384 characters, or name a member that the pool does not have are left out and reported.
   *
   * @return what was taken and what not
   * @throws IOException when {@code in} cannot be read or does not begin with a version that is
   *     known; what was read before stays
   */
  public PersistenceImport importFrom(Reader in) throws IOException {
    Checks.present("in", in);
    return new PersistenceReader(pool, entries).read(in);
  }

  /** How many records there are, and the counters. */
  @Override
  public String toString() {
    return size() + " records, " + counters;
  }
}
