package io.lb4j;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.lang.reflect.Method;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What the JVM knows of the load on its host, as the percentage that is left, 1..100: 0 would take
 * a member out. Only this class needs the module {@code java.management}.
 */
final class HostLoad {
  private HostLoad() {}

  /**
   * The processors' idle share. That of the JDK's own bean where there is one: it knows of a
   * container's limits; else by the load average of the last minute.
   */
  static Supplier<OptionalInt> idleProcessors() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    Method precise = cpuLoadOf(system);
    return () -> left(precise == null ? byLoadAverage(system) : call(precise, system));
  }

  /** Found by name: it is of {@code jdk.management}, which not every runtime has. */
  private static Method cpuLoadOf(OperatingSystemMXBean system) {
    try {
      Class<?> extended =
          Class.forName(
              "com.sun.management.OperatingSystemMXBean", false, HostLoad.class.getClassLoader());
      return extended.isInstance(system) ? extended.getMethod("getCpuLoad") : null;
    } catch (ReflectiveOperationException thereIsNone) {
      return null;
    }
  }

  private static double call(Method load, OperatingSystemMXBean system) {
    try {
      return (double) load.invoke(system);
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException("no processor load", failure);
    }
  }

  private static double byLoadAverage(OperatingSystemMXBean system) {
    return system.getSystemLoadAverage() / system.getAvailableProcessors();
  }

  /** The share of the heap that was free after the last garbage collection. */
  static Supplier<OptionalInt> freeHeap() {
    long most = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getMax();
    return () -> most <= 0 ? OptionalInt.empty() : left((double) usedAfterGc() / most);
  }

  private static long usedAfterGc() {
    long used = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage afterGc = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
      used += afterGc == null ? 0 : afterGc.getUsed();
    }
    return used;
  }

  /**
   * What is left beside a used share; empty where that is not known (yet), which is told by a
   * negative one.
   */
  static OptionalInt left(double used) {
    return used >= 0
        ? OptionalInt.of((int) Math.max(1, Math.min(100, Math.round(100 * (1 - used)))))
        : OptionalInt.empty();
  }
}
