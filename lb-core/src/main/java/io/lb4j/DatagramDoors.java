package io.lb4j;

import io.lb4j.internal.net.DatagramPortRequest;
import io.lb4j.internal.util.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sockets of one loop at which clients' datagrams come in. */
final class DatagramDoors {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualServer.class);

  private final DatagramDispatcher dispatcher;
  private final List<DatagramDoor> doors = new ArrayList<>();

  DatagramDoors(DatagramDispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /** Binds a socket; see {@link DatagramDoor}. */
  SocketAddress listenOn(DatagramPortRequest request, SocketAddress listening) throws IOException {
    DatagramDoor door = new DatagramDoor(dispatcher, request, listening);
    doors.add(door);
    return door.port().address();
  }

  /** Listens on an address that has come up since the start; whether it does. On the loop. */
  boolean listenLater(InetSocketAddress address, SocketAddress listening) {
    if (dispatcher.isClosed()) {
      return true;
    }
    String where = Addresses.text(address);
    try {
      listenOn(
          new DatagramPortRequest(address, false, false, dispatcher.settings().clientSockets()),
          listening);
      open();
      LOG.info("{} listens on {} as well, which is new", dispatcher.loop(), where);
      return true;
    } catch (IOException failure) {
      LOG.debug("{}: cannot listen on {}: {}", dispatcher.loop(), where, failure.getMessage());
      return false;
    }
  }

  /** Takes in clients' datagrams from now on. On the loop. */
  void open() {
    doors.forEach(door -> door.port().receiving(true));
  }

  /** Takes in nothing more. On the loop. */
  void close() {
    doors.forEach(door -> door.port().close());
  }
}
