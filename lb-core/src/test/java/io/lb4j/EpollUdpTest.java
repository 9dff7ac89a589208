package io.lb4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.internal.net.NativeTransport;
import org.junit.jupiter.api.BeforeEach;

class EpollUdpTest extends UdpContract {
  @BeforeEach
  void skipWhereThereIsNone() {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
  }

  @Override
  TransportKind transport() {
    return TransportKind.EPOLL;
  }
}
