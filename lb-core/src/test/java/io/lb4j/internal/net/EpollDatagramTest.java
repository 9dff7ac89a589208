package io.lb4j.internal.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeEach;

class EpollDatagramTest extends RealDatagramContract {
  @BeforeEach
  @Override
  void openLoop() throws java.io.IOException {
    NativeTransport found = NativeTransport.find();
    assumeTrue(found.transport().isPresent(), found::whyNot);
    super.openLoop();
  }

  @Override
  Transport transport() {
    return NativeTransport.find().transport().orElseThrow();
  }
}
