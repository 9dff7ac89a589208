package io.lb4j;

class NioAccessTest extends AccessContract {
  @Override
  TransportKind transport() {
    return TransportKind.NIO;
  }
}
