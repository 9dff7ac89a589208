package io.lb4j.internal.net;

class NioTransportTest extends TransportContract {
  @Override
  Transport transport() {
    return new NioTransport();
  }
}
