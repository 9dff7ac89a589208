package io.lb4j.internal.probe;

import io.lb4j.internal.wire.DnsNames;
import io.lb4j.internal.wire.DnsQuestion;
import java.util.BitSet;
import java.util.stream.Collectors;

/**
 * What is asked of a DNS server and what is a good reply.
 *
 * @param codes the response codes that are good; nobody changes them
 * @param minAnswers how many answers there must be, unless the reply is truncated
 * @param inStream whether messages follow one another in a stream; else each is a datagram
 */
public record DnsExchange(DnsQuestion question, BitSet codes, int minAnswers, boolean inStream) {
  /** The good codes in words. */
  String expected() {
    return codes.stream().mapToObj(DnsNames::ofCode).collect(Collectors.joining(", "));
  }
}
