package io.lb4j.examples.admin;

import io.lb4j.PoolEvent;
import io.lb4j.PoolMember;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happens in a pool, in a line: {@code member down 10.0.0.1:80, cause: connect refused}. */
public final class EventText {
  private EventText() {}

  /** The line for an event, made from its name and its components, whatever kind it is. */
  public static String of(PoolEvent event) {
    StringBuilder first = new StringBuilder(words(event.getClass().getSimpleName()));
    List<String> further = new ArrayList<>();
    for (RecordComponent component : event.getClass().getRecordComponents()) {
      Object value = value(component, event);
      if (value instanceof PoolMember member) {
        first.append(' ').append(member.address());
      } else if (value != event.pool()) { // there is only one
        further.add(words(component.getName()) + ": " + value);
      }
    }
    further.add(0, first.toString());
    return String.join(", ", further);
  }

  private static Object value(RecordComponent component, PoolEvent event) {
    try {
      return component.getAccessor().invoke(event);
    } catch (ReflectiveOperationException hidden) {
      return "?";
    }
  }

  /** {@code MemberDown} as {@code member down}. */
  private static String words(String name) {
    return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
