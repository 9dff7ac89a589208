package io.lb4j.internal.net;

class NioDatagramTest extends RealDatagramContract {
  @Override
  Transport transport() {
    return new NioTransport();
  }
}
