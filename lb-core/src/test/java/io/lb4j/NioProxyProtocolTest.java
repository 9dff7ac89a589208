package io.lb4j;

class NioProxyProtocolTest extends ProxyProtocolContract {
  @Override
  TransportKind transport() {
    return TransportKind.NIO;
  }
}
