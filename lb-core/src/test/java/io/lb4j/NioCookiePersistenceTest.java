package io.lb4j;

class NioCookiePersistenceTest extends CookiePersistenceContract {
  @Override
  TransportKind transport() {
    return TransportKind.NIO;
  }
}
