package io.lb4j;

class NioUdpTest extends UdpContract {
  @Override
  TransportKind transport() {
    return TransportKind.NIO;
  }
}
