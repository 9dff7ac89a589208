package io.lb4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.net.NativeTransport;

class EpollChaosTest extends ChaosContract {
  @Override
  TransportKind transport() {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
    return TransportKind.EPOLL;
  }
}
