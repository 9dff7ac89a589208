package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathTableTest {
  private final PathTable<Client> table = new PathTable<>();

  /** What is found. */
  private record Client(DatagramPath path) implements PathTable.Entry {}

  private static DatagramOrigin origin(int host, int port, int local) {
    DatagramOrigin origin = new DatagramOrigin();
    origin.clientIpv4(host, port);
    origin.localIpv4(local);
    return origin;
  }

  @Test
  void findsWhatWasAddedAndNotTakenOut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Integer, Client> expected = new HashMap<>();
    for (int step = 0; step < 50_000; step++) {
      int number = random.nextInt(step < 25_000 ? 3000 : 60); // grows, and shrinks again
      DatagramOrigin origin = origin(number % 50, number, 1);
      Client client = expected.remove(number);
      assertThat(table.find(origin)).as("seed %d, step %d", seed, step).isSameAs(client);
      if (client != null) {
        table.remove(client);
      } else {
        Client added = new Client(origin.toPath());
        table.add(added);
        expected.put(number, added);
      }
      if (step == 25_000) {
        expected.values().forEach(table::remove);
        expected.clear();
      }
    }
    expected.forEach(
        (number, client) ->
            assertThat(table.find(origin(number % 50, number, 1)))
                .as("seed %d", seed)
                .isSameAs(client));
  }

  @Test
  void tellsPathsApartByEveryPart() {
    List<DatagramOrigin> origins = new ArrayList<>();
    for (int bits = 0; bits < 8; bits++) {
      origins.add(origin(bits & 1, bits >> 1 & 1, bits >> 2));
    }
    DatagramOrigin scoped = origin(0, 0, 0);
    scoped.client(scoped.clientHigh, scoped.clientLow, 0, 7);
    origins.add(scoped);
    origins.forEach(origin -> table.add(new Client(origin.toPath())));

    assertThat(origins)
        .allSatisfy(origin -> assertThat(table.find(origin).path().isOf(origin)).isTrue());
    assertThat(origins.stream().map(table::find)).doesNotHaveDuplicates();
  }

  @Test
  void oneTakesThePlaceOfAnother() {
    DatagramOrigin origin = origin(1, 2, 3);
    Client first = new Client(origin.toPath());
    Client second = new Client(origin.toPath());
    table.add(first);

    table.replace(first, second);
    assertThat(table.find(origin)).isSameAs(second);
    table.remove(first);
    assertThat(table.find(origin)).isSameAs(second);
    table.remove(second);
    assertThat(table.find(origin)).isNull();
  }
}
