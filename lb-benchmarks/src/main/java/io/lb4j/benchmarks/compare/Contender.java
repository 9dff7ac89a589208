package io.lb4j.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A proxy that takes part. */
interface Contender {
  /** The name in options and reports. */
  String name();

  /** Whether it can have this load. */
  boolean carries(Workload workload);

  /** The command that tells its version and ends. */
  List<String> versionCommand();

  /** The command that runs it in the foreground. Writes the configuration that it needs. */
  List<String> command(Place place) throws IOException;

  /**
   * What a proxy is given.
   *
   * @param workload to carry
   * @param workers loops, workers or threads to do it with
   * @param port of the loopback interface, to listen at
   * @param serverPorts of the two servers behind it
   * @param folder for its files
   */
  record Place(Workload workload, int workers, int port, List<Integer> serverPorts, Path folder) {
    /** The address with this port. */
    static String address(int port) {
      return "127.0.0.1:" + port;
    }

    String listen() {
      return address(port);
    }

    String server(int index) {
      return address(serverPorts.get(index));
    }
  }
}
