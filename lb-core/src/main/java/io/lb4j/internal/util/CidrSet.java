package io.lb4j.internal.util;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * IP networks together: whether an address is in one of them is found by halving, and without
 * garbage for IPv4. Immutable.
 *
 * <p>An IPv4 address is looked for in the IPv4 networks, also if it comes as an IPv4-mapped IPv6
 * address; {@code ::/0} is all of IPv6 and nothing of IPv4.
 */
public final class CidrSet {
  private final Ranges ipv4;
  private final Ranges ipv6;

  private CidrSet(Ranges ipv4, Ranges ipv6) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /** These networks; they may overlap. */
  public static CidrSet of(Collection<Cidr> networks) {
    return new CidrSet(
        new Ranges(networks.stream().filter(Cidr::ipv4).toList()),
        new Ranges(networks.stream().filter(network -> !network.ipv4()).toList()));
  }

  /** Whether there is no network. */
  public boolean isEmpty() {
    return ipv4.areNone() && ipv6.areNone();
  }

  /** Whether an address is in one of the networks. */
  public boolean contains(InetAddress address) {
    if (address instanceof Inet4Address) {
      return ipv4.contain(0, IpBits.low(address));
    }
    long high = IpBits.high(address);
    long low = IpBits.low(address);
    return IpBits.isMapped(high, low)
        ? ipv4.contain(0, IpBits.unmapped(low))
        : ipv6.contain(high, low);
  }

  /** The networks of one family that are in no other one, in order: from where to where. */
  private static final class Ranges {
    private final long[] firstHigh;
    private final long[] firstLow;
    private final long[] lastHigh;
    private final long[] lastLow;

    Ranges(List<Cidr> networks) {
      List<Cidr> kept = outermost(networks);
      firstHigh = kept.stream().mapToLong(Cidr::high).toArray();
      firstLow = kept.stream().mapToLong(Cidr::low).toArray();
      lastHigh = kept.stream().mapToLong(Cidr::lastHigh).toArray();
      lastLow = kept.stream().mapToLong(Cidr::lastLow).toArray();
    }

    boolean areNone() {
      return firstLow.length == 0;
    }

    /** Two networks never overlap in part: one is in the other, or they are apart. */
    private static List<Cidr> outermost(List<Cidr> networks) {
      List<Cidr> sorted = new ArrayList<>(networks);
      sorted.sort(
          Comparator.comparing(Cidr::high, Long::compareUnsigned)
              .thenComparing(Cidr::low, Long::compareUnsigned)
              .thenComparing(Cidr::prefixBits));
      List<Cidr> kept = new ArrayList<>();
      for (Cidr network : sorted) {
        Cidr outer = kept.isEmpty() ? null : kept.get(kept.size() - 1);
        if (outer == null
            || compare(network.high(), network.low(), outer.lastHigh(), outer.lastLow()) > 0) {
          kept.add(network);
        }
      }
      return kept;
    }

    boolean contain(long high, long low) {
      int from = 0;
      int to = firstLow.length;
      while (from < to) { // the last one that begins no later is before "to"
        int middle = (from + to) >>> 1;
        if (compare(firstHigh[middle], firstLow[middle], high, low) <= 0) {
          from = middle + 1;
        } else {
          to = middle;
        }
      }
      return from > 0 && compare(high, low, lastHigh[from - 1], lastLow[from - 1]) <= 0;
    }

    private static int compare(long high, long low, long otherHigh, long otherLow) {
      int byHigh = Long.compareUnsigned(high, otherHigh);
      return byHigh != 0 ? byHigh : Long.compareUnsigned(low, otherLow);
    }
  }
}
