package io.lb4j.internal.net;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * Finds functions of libc. Addresses are passed as plain longs, so that a call allocates nothing.
 */
final class Linkage {
  private static final Linker LINKER = Linker.nativeLinker();

  /** Where a call leaves {@code errno}. */
  static final StructLayout STATE = Linker.Option.captureStateLayout();

  private Linkage() {}

  /** A function that returns an int. */
  static MethodHandle call(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  /** A function that returns a long. */
  static MethodHandle callForLong(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(find(name), descriptor, Linker.Option.captureCallState("errno"));
  }

  /** A function with variable arguments, of which the first so many are fixed. */
  static MethodHandle variadic(String name, int fixed, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        find(name),
        FunctionDescriptor.of(JAVA_INT, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }

  /**
   * A function whose failure is of no interest, or is asked for by calling it again with {@link
   * #call}: to keep the error number costs every call, also those that succeed.
   */
  static MethodHandle plain(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(find(name), FunctionDescriptor.of(result, arguments));
  }

  /** A function with variable arguments whose failure is of no interest. */
  static MethodHandle plainVariadic(String name, int fixed, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        find(name),
        FunctionDescriptor.of(JAVA_INT, arguments),
        Linker.Option.firstVariadicArg(fixed));
  }

  /**
   * Makes sure that functions can be called at all, before a class that is made of them is loaded.
   *
   * @throws IllegalCallerException when native access is denied to this module
   * @throws UnsupportedOperationException when this is not Linux
   */
  static void probe() {
    if (ADDRESS.byteSize() != Long.BYTES) {
      throw new UnsupportedOperationException("it needs 64 bits");
    }
    if (LINKER.defaultLookup().find("epoll_create1").isEmpty()) {
      throw new UnsupportedOperationException("it needs Linux");
    }
    call("epoll_create1", JAVA_INT);
  }

  private static MemorySegment find(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new UnsupportedOperationException("no " + name + " in libc"));
  }

  /** A downcall threw, which one of libc cannot: the signature is wrong. */
  static AssertionError broken(Throwable failure) {
    if (failure instanceof Error shortage) {
      throw shortage; // of memory or stack
    }
    return new AssertionError("downcall failed", failure);
  }
}
