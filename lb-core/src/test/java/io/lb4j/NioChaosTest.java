package io.lb4j;

class NioChaosTest extends ChaosContract {
  @Override
  TransportKind transport() {
    return TransportKind.NIO;
  }
}
