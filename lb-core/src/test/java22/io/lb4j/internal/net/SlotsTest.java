package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private static final int STEPS = 200_000;
  private static final int MOST_OCCUPANTS = 300;

  private final Slots slots = new Slots();

  private static final class Occupant implements EpollPoller.Entry {
    @Override
    public void onEvents(int bits) {}

    @Override
    public int descriptor() {
      return 0;
    }

    @Override
    public int interest() {
      return 0;
    }

    @Override
    public void close() {}
  }

  @Test
  void eventFindsTheOccupantItIsFor() {
    Occupant one = new Occupant();
    Occupant other = new Occupant();
    int slot = slots.occupy(one);
    int otherSlot = slots.occupy(other);

    assertThat(slots.find(slots.tag(slot))).isSameAs(one);
    assertThat(slots.find(slots.tag(otherSlot))).isSameAs(other);
  }

  @Test
  void eventOfAFormerOccupantFindsNobodyWhetherTheSlotIsVacantOrTakenAgain() {
    int slot = slots.occupy(new Occupant());
    long former = slots.tag(slot);

    slots.vacate(slot);
    assertThat(slots.find(former)).isNull();
    Occupant newcomer = new Occupant();
    assertThat(slots.occupy(newcomer)).as("the slot is used again").isEqualTo(slot);

    assertThat(slots.find(former)).isNull();
    assertThat(slots.find(slots.tag(slot))).isSameAs(newcomer);
  }

  @Test
  void eventOfAnyOfManyFormerOccupantsFindsNobody() {
    List<Long> former = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      int slot = slots.occupy(new Occupant());
      former.add(slots.tag(slot));
      slots.vacate(slot);
    }
    slots.occupy(new Occupant());

    assertThat(former).doesNotHaveDuplicates().allMatch(tag -> slots.find(tag) == null);
    assertThat(slots.used()).as("one slot served them all").isEqualTo(1);
  }

  @Test
  void tagIsNeverTheOneThatMeansAWakeup() {
    for (int i = 0; i < 1000; i++) {
      int slot = slots.occupy(new Occupant());
      assertThat(slots.tag(slot)).isNotNegative();
      if (i % 3 == 0) {
        slots.vacate(slot);
      }
    }
  }

  @Test
  void agreesWithAMapFromTagsToOccupants() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<Long, Occupant> present = new HashMap<>();
    List<Long> tags = new ArrayList<>();
    List<Long> former = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      boolean comes = tags.isEmpty() || (tags.size() < MOST_OCCUPANTS && random.nextBoolean());
      if (comes) {
        Occupant occupant = new Occupant();
        long tag = slots.tag(slots.occupy(occupant));
        assertThat(present.put(tag, occupant)).as("seed %d, step %d", seed, step).isNull();
        tags.add(tag);
      } else {
        long leaving = tags.remove(random.nextInt(tags.size()));
        slots.vacate((int) leaving);
        present.remove(leaving);
        former.add(leaving);
      }
      check(present, former, random, seed);
    }
    for (long tag : tags) {
      assertThat(slots.find(tag)).as("seed %d", seed).isSameAs(present.get(tag));
      assertThat(slots.at((int) tag)).as("seed %d", seed).isSameAs(present.get(tag));
    }
    assertThat(slots.used()).as("seed %d", seed).isLessThanOrEqualTo(MOST_OCCUPANTS);
  }

  private void check(Map<Long, Occupant> present, List<Long> former, Random random, long seed) {
    if (!former.isEmpty()) {
      long gone = former.get(random.nextInt(former.size()));
      if (slots.find(gone) != null) {
        throw new AssertionError("seed " + seed + ": " + gone + " is found after it left");
      }
    }
    for (Map.Entry<Long, Occupant> someone : present.entrySet()) {
      if (slots.find(someone.getKey()) != someone.getValue()) {
        throw new AssertionError("seed " + seed + ": " + someone.getKey() + " is another");
      }
      return; // one of them, which hashing chooses
    }
  }
}
