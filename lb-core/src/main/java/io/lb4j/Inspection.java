package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.util.Optional;

/** What a look at a client's first bytes came to. */
public final class Inspection {
  private static final Inspection NEED_MORE = new Inspection(Optional.empty());
  private static final Inspection NONE = new Inspection(Optional.empty());

  private final Optional<FlowKey> key;

  private Inspection(Optional<FlowKey> key) {
    this.key = key;
  }

  /** More bytes are needed to tell. When there will be none, this counts as {@link #none}. */
  public static Inspection needMore() {
    return NEED_MORE;
  }

  /** There is no key in them, whatever comes. */
  public static Inspection none() {
    return NONE;
  }

  /** This is the key. */
  public static Inspection key(FlowKey key) {
    return new Inspection(Optional.of(Checks.present("key", key)));
  }

  /** This text is the key; an empty one, or one longer than a key may be, is none. */
  public static Inspection key(String text) {
    return OctetKey.of(text).map(Inspection::key).orElse(NONE);
  }

  /** A text of which each character is an octet that was received; none if it is no key. */
  static Inspection received(Optional<String> text) {
    return text.flatMap(OctetKey::received).map(Inspection::key).orElse(NONE);
  }

  /** Whether more bytes are needed. */
  public boolean needsMore() {
    return this == NEED_MORE;
  }

  /** The key, if one was found. */
  public Optional<FlowKey> key() {
    return key;
  }

  @Override
  public String toString() {
    return needsMore() ? "need more" : key.map(found -> "key " + found).orElse("none");
  }
}
