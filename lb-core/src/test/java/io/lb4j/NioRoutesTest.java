package io.lb4j;

class NioRoutesTest extends RoutesContract {
  @Override
  TransportKind transport() {
    return TransportKind.NIO;
  }
}
