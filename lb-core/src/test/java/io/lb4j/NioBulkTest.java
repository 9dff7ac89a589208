package io.lb4j;

class NioBulkTest extends BulkContract {
  @Override
  TransportKind transport() {
    return TransportKind.NIO;
  }

  @Override
  boolean usesPipes() {
    return false;
  }
}
