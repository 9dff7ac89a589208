package io.lb4j;

class NioInspectionTest extends InspectionContract {
  @Override
  TransportKind transport() {
    return TransportKind.NIO;
  }
}
