package io.lb4j;

/** A key that the host's own code finds. */
final class OwnInspectedSource extends InspectedSource {
  private final String name;
  private final Inspector inspector;

  OwnInspectedSource(String name, Inspector inspector) {
    this.name = name;
    this.inspector = inspector;
  }

  @Override
  Inspection inspect(FirstBytes first) {
    Inspection result =
        first
            .guard()
            .call("Inspector.inspect", () -> inspector.inspect(first.bytes()), Inspection.none());
    if (result == null) {
      first.guard().complain("Inspector.inspect", "gave null, which counts as no key");
      return Inspection.none();
    }
    return result;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof OwnInspectedSource source && inspector == source.inspector;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(inspector);
  }

  @Override
  public String toString() {
    return name;
  }
}
