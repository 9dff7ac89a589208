package io.lb4j.internal.net;

import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.BeforeEach;

class NativeTransportTest extends TransportContract {
  @BeforeEach
  void skipWhereThereIsNone() {
    NativeTransport found = NativeTransport.find();
    assumeThat(found.transport()).as("no native transport: %s", found.whyNot()).isPresent();
  }

  @Override
  Transport transport() {
    return NativeTransport.find().transport().orElseGet(NioTransport::new);
  }
}
