package io.lb4j;

import io.lb4j.internal.wire.HttpHeadReader;
import io.lb4j.internal.wire.HttpRequestHead;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** A key from the head of the first HTTP/1 request. */
final class HttpSource extends InspectedSource {
  /** Which part of the head. */
  enum Part {
    COOKIE("cookie"),
    HEADER("header"),
    HOST("host"),
    PATH("path"),
    QUERY("query parameter");

    private final String words;

    Part(String words) {
      this.words = words;
    }
  }

  private final Part part;
  private final String name; // empty for the path and the host

  HttpSource(Part part, String name) {
    this.part = part;
    this.name = name;
  }

  @Override
  Inspection inspect(FirstBytes first) {
    HttpHeadReader reader = first.asHttp();
    return switch (reader.outcome()) {
      case NEED_MORE -> Inspection.needMore();
      case COMPLETE -> Inspection.received(of(reader.head()));
      case NOT_THIS, MALFORMED -> Inspection.none();
    };
  }

  private Optional<String> of(HttpRequestHead head) {
    return switch (part) {
      case COOKIE -> head.cookie(name);
      case HEADER -> head.header(name);
      case HOST -> head.header("host").map(HttpSource::hostOf);
      case PATH -> head.path();
      case QUERY -> head.parameter(name);
    };
  }

  /** Without the port, in lower case; an IPv6 address keeps its brackets. */
  private static String hostOf(String header) {
    int port = header.lastIndexOf(':');
    boolean hasPort = port > header.lastIndexOf(']');
    return (hasPort ? header.substring(0, port) : header).toLowerCase(Locale.ROOT);
  }

  @Override
  Optional<String> cookie() {
    return part == Part.COOKIE ? Optional.of(name) : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HttpSource source && part == source.part && name.equals(source.name);
  }

  @Override
  public int hashCode() {
    return Objects.hash(part, name);
  }

  @Override
  public String toString() {
    return name.isEmpty() ? "HTTP " + part.words : "HTTP " + part.words + " " + name;
  }
}
