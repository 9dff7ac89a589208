package io.lb4j.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lb4j.testing.ChildJvm;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers and the shapes of structs that the code has, against the system's headers. */
class NativeLayoutTest {
  private static final int STORAGE_BYTES = 128;
  private static final int LONGEST_UNIX_PATH = 107;
  private static final List<String> HEADERS =
      List.of(
          "stdio.h",
          "stddef.h",
          "errno.h",
          "fcntl.h",
          "sys/socket.h",
          "sys/un.h",
          "sys/epoll.h",
          "sys/eventfd.h",
          "netinet/in.h",
          "netinet/tcp.h",
          "sys/mman.h",
          "sys/syscall.h",
          "linux/io_uring.h");

  private final Arena arena = Arena.ofConfined();
  private final Libc libc = new Libc(arena);
  private final SockAddr address = new SockAddr(arena);
  private final OptionCalls options = new OptionCalls(libc, arena);

  @BeforeEach
  void skipElsewhere() {
    assumeTrue(NativeTransport.find().transport().isPresent(), NativeTransport.find()::whyNot);
  }

  @AfterEach
  void freeMemory() {
    arena.close();
  }

  // ---- against the headers

  @Test
  void everyNumberIsThatOfTheHeaders(@TempDir Path directory) throws Exception {
    Map<String, Integer> ours = new LinkedHashMap<>();
    for (Field field : Linux.class.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
        ours.put(field.getName(), field.getInt(null));
      }
    }
    assertThat(ours).hasSizeGreaterThan(60);

    assertThat(printedByC(directory, List.copyOf(ours.keySet()))).isEqualTo(ours);
  }

  @Test
  void eventAndPipeFlagsAreThoseOfSockets(@TempDir Path directory) throws Exception {
    Map<String, Integer> printed =
        printedByC(directory, List.of("EFD_NONBLOCK", "EFD_CLOEXEC", "O_NONBLOCK", "O_CLOEXEC"));

    assertThat(printed)
        .containsEntry("EFD_NONBLOCK", Linux.SOCK_NONBLOCK)
        .containsEntry("O_NONBLOCK", Linux.SOCK_NONBLOCK)
        .containsEntry("EFD_CLOEXEC", Linux.SOCK_CLOEXEC)
        .containsEntry("O_CLOEXEC", Linux.SOCK_CLOEXEC);
  }

  @Test
  void structsHaveTheShapeThatTheCodeWrites(@TempDir Path directory) throws Exception {
    Map<String, Integer> expected = new LinkedHashMap<>();
    expected.put("sizeof(int)", Integer.BYTES);
    expected.put("sizeof(size_t)", Long.BYTES);
    expected.put("sizeof(off_t)", Long.BYTES);
    expected.put("sizeof(socklen_t)", Integer.BYTES);
    expected.put("sizeof(sa_family_t)", Short.BYTES);
    expected.put("sizeof(struct sockaddr_storage)", STORAGE_BYTES);
    expected.put("offsetof(struct sockaddr_in, sin_family)", 0);
    expected.put("offsetof(struct sockaddr_in, sin_port)", 2);
    expected.put("offsetof(struct sockaddr_in, sin_addr)", 4);
    expected.put("sizeof(struct sockaddr_in)", 16);
    expected.put("offsetof(struct sockaddr_in6, sin6_family)", 0);
    expected.put("offsetof(struct sockaddr_in6, sin6_port)", 2);
    expected.put("offsetof(struct sockaddr_in6, sin6_addr)", 8);
    expected.put("offsetof(struct sockaddr_in6, sin6_scope_id)", 24);
    expected.put("sizeof(struct sockaddr_in6)", 28);
    expected.put("offsetof(struct sockaddr_un, sun_family)", 0);
    expected.put("offsetof(struct sockaddr_un, sun_path)", 2);
    expected.put("sizeof(struct sockaddr_un)", 2 + LONGEST_UNIX_PATH + 1);
    expected.put("offsetof(struct linger, l_onoff)", 0);
    expected.put("offsetof(struct linger, l_linger)", 4);
    expected.put("sizeof(struct linger)", 8);
    expectMessages(expected);
    expectRings(expected);
    expected.put("offsetof(struct epoll_event, events)", 0);
    expected.put("offsetof(struct epoll_event, data)", EpollEvents.measureDataOffset());
    expected.put("sizeof(struct epoll_event)", EpollEvents.measureDataOffset() + Long.BYTES);

    assertThat(printedByC(directory, List.copyOf(expected.keySet()))).isEqualTo(expected);
  }

  private static void expectMessages(Map<String, Integer> expected) {
    expected.put("offsetof(struct mmsghdr, msg_hdr)", 0);
    expected.put("offsetof(struct mmsghdr, msg_len)", MessageBatch.LENGTH_AT);
    expected.put("sizeof(struct mmsghdr)", MessageBatch.HEADER_BYTES);
    expected.put("offsetof(struct msghdr, msg_name)", MessageBatch.NAME_AT);
    expected.put("offsetof(struct msghdr, msg_namelen)", MessageBatch.NAME_LENGTH_AT);
    expected.put("offsetof(struct msghdr, msg_iov)", MessageBatch.VECTOR_AT);
    expected.put("offsetof(struct msghdr, msg_iovlen)", MessageBatch.VECTOR_COUNT_AT);
    expected.put("offsetof(struct msghdr, msg_control)", MessageBatch.CONTROL_AT);
    expected.put("offsetof(struct msghdr, msg_controllen)", MessageBatch.CONTROL_LENGTH_AT);
    expected.put("offsetof(struct iovec, iov_base)", MessageBatch.BASE_AT);
    expected.put("offsetof(struct iovec, iov_len)", MessageBatch.COUNT_AT);
    expected.put("sizeof(struct iovec)", 2 * Long.BYTES);
    expected.put("offsetof(struct cmsghdr, cmsg_len)", 0);
    expected.put("offsetof(struct cmsghdr, cmsg_level)", MessageBatch.LEVEL_AT);
    expected.put("offsetof(struct cmsghdr, cmsg_type)", MessageBatch.TYPE_AT);
    expected.put("CMSG_LEN(0)", MessageBatch.INFO_AT);
    expected.put("CMSG_LEN(sizeof(struct in_pktinfo))", MessageBatch.IPV4_CONTROL_BYTES);
    expected.put("CMSG_SPACE(sizeof(struct in_pktinfo))", MessageBatch.IPV4_CONTROL_SPACE);
    expected.put("CMSG_LEN(sizeof(struct in6_pktinfo))", MessageBatch.IPV6_CONTROL_BYTES);
    expected.put("CMSG_SPACE(sizeof(struct in6_pktinfo))", MessageBatch.IPV6_CONTROL_SPACE);
    expected.put("offsetof(struct in_pktinfo, ipi_ifindex)", 0);
    expected.put("offsetof(struct in_pktinfo, ipi_spec_dst)", MessageBatch.SOURCE_AT);
    expected.put("offsetof(struct in6_pktinfo, ipi6_addr)", 0);
    expected.put("offsetof(struct in6_pktinfo, ipi6_ifindex)", 2 * Long.BYTES);
    expected.put("offsetof(struct sockaddr_in6, sin6_flowinfo)", 4);
  }

  private static void expectRings(Map<String, Integer> expected) {
    expected.put("sizeof(struct io_uring_params)", Ring.PARAMS_BYTES);
    expected.put("offsetof(struct io_uring_params, flags)", Ring.FLAGS_AT);
    expected.put("offsetof(struct io_uring_params, sq_off.head)", Ring.SQ_HEAD_AT);
    expected.put("offsetof(struct io_uring_params, sq_off.tail)", Ring.SQ_TAIL_AT);
    expected.put("offsetof(struct io_uring_params, sq_off.ring_mask)", Ring.SQ_MASK_AT);
    expected.put("offsetof(struct io_uring_params, sq_off.array)", Ring.SQ_ARRAY_AT);
    expected.put("offsetof(struct io_uring_params, cq_off.head)", Ring.CQ_HEAD_AT);
    expected.put("offsetof(struct io_uring_params, cq_off.tail)", Ring.CQ_TAIL_AT);
    expected.put("offsetof(struct io_uring_params, cq_off.ring_mask)", Ring.CQ_MASK_AT);
    expected.put("offsetof(struct io_uring_params, cq_off.ring_entries)", Ring.CQ_ENTRIES_AT);
    expected.put("offsetof(struct io_uring_params, cq_off.cqes)", Ring.CQ_CQES_AT);
    expected.put("sizeof(struct io_uring_sqe)", Ring.SQE_BYTES);
    expected.put("offsetof(struct io_uring_sqe, opcode)", Ring.OPCODE_AT);
    expected.put("offsetof(struct io_uring_sqe, fd)", Ring.FD_AT);
    expected.put("offsetof(struct io_uring_sqe, addr)", Ring.ADDR_AT);
    expected.put("offsetof(struct io_uring_sqe, len)", Ring.LEN_AT);
    expected.put("offsetof(struct io_uring_sqe, msg_flags)", Ring.MSG_FLAGS_AT);
    expected.put("offsetof(struct io_uring_sqe, user_data)", Ring.USER_DATA_AT);
    expected.put("offsetof(struct io_uring_cqe, user_data)", 0);
    expected.put("offsetof(struct io_uring_cqe, res)", Ring.RES_AT);
    expected.put("sizeof(struct io_uring_cqe)", Ring.CQE_BYTES);
  }

  /** Has a C program print the values of expressions. */
  private static Map<String, Integer> printedByC(Path directory, List<String> expressions)
      throws IOException, InterruptedException {
    assumeTrue(ChildJvm.hasCommand("gcc"), "no gcc to ask the system's headers with");
    String includes =
        HEADERS.stream().map("#include <%s>%n"::formatted).collect(Collectors.joining());
    String lines =
        expressions.stream()
            .map(expression -> "printf(\"%%d\\n\", (int) (%s));%n".formatted(expression))
            .collect(Collectors.joining());
    Path source = directory.resolve("numbers.c");
    Path program = directory.resolve("numbers");
    Files.writeString(
        source, "#define _GNU_SOURCE\n" + includes + "int main(void) {\n" + lines + "}\n");
    assertThat(run(List.of("gcc", "-o", program.toString(), source.toString()))).isEmpty();
    List<String> printed = run(List.of(program.toString()));
    assertThat(printed).hasSameSizeAs(expressions);
    Map<String, Integer> values = new LinkedHashMap<>();
    for (int i = 0; i < expressions.size(); i++) {
      values.put(expressions.get(i), Integer.valueOf(printed.get(i)));
    }
    return values;
  }

  private static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      List<String> lines = output.lines().toList();
      process.waitFor();
      return lines;
    }
  }

  // ---- by what the system does

  @Test
  void eventBringsBackTheDataItWasRegisteredWith() throws IOException {
    EpollEvents events = new EpollEvents(arena, 2, EpollEvents.measureDataOffset());
    int epoll = Errors.check(libc.epoll.create(Linux.EPOLL_CLOEXEC));
    int[] bells = new int[2];
    long[] data = {0x0123_4567_89AB_CDEFL, 0x7EDC_BA98_7654_3210L};
    for (int i = 0; i < bells.length; i++) {
      bells[i] = Errors.check(libc.epoll.eventfd(Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC));
      events.prepare(Linux.EPOLLOUT, data[i]);
      Errors.check(
          libc.epoll.control(epoll, Linux.EPOLL_CTL_ADD, bells[i], events.preparedAddress()));
    }

    assertThat(libc.epoll.await(epoll, events.address(), 2, 0)).isEqualTo(2);

    assertThat(new long[] {events.data(0), events.data(1)}).containsExactlyInAnyOrder(data);
    assertThat(events.bits(0)).isEqualTo(Linux.EPOLLOUT);
    assertThat(events.bits(1)).isEqualTo(Linux.EPOLLOUT);
    libc.close(bells[0]);
    libc.close(bells[1]);
    libc.close(epoll);
  }

  @Test
  void ipv4AddressIsReadAsItWasWritten() throws IOException {
    InetSocketAddress written = new InetSocketAddress("127.200.3.4", 54_321);
    address.write(written);

    assertThat(address.length()).isEqualTo(16);
    assertThat(address.read()).isEqualTo(written);
  }

  @Test
  void systemUnderstandsAnIpv4AddressAndAnswersWithIt() throws IOException {
    assertThat(boundTo(new InetSocketAddress("127.0.0.9", 0), Linux.AF_INET))
        .isInstanceOfSatisfying(
            InetSocketAddress.class,
            bound -> {
              assertThat(bound.getAddress().getHostAddress()).isEqualTo("127.0.0.9");
              assertThat(bound.getPort()).isPositive();
            });
  }

  @Test
  void ipv6AddressIsReadAsItWasWrittenWithItsScope() throws IOException {
    byte[] host = InetAddress.getByName("fe80::1234:5678:9abc:def0").getAddress();
    Inet6Address scoped = Inet6Address.getByAddress(null, host, 7);
    address.write(new InetSocketAddress(scoped, 443));

    assertThat(address.length()).isEqualTo(28);
    InetSocketAddress read = (InetSocketAddress) address.read();
    assertThat(read.getAddress().getAddress()).isEqualTo(host);
    assertThat(read.getPort()).isEqualTo(443);
    assertThat(((Inet6Address) read.getAddress()).getScopeId()).isEqualTo(7);
  }

  @Test
  void ipv6AddressWithoutScopeIsReadWithoutOne() throws IOException {
    InetSocketAddress written = new InetSocketAddress(InetAddress.getByName("2001:db8::5"), 80);
    address.write(written);

    assertThat(address.read()).isEqualTo(written).hasToString(written.toString());
  }

  @Test
  void ipv4AddressInAnIpv6OneIsReadAsIpv4() throws IOException {
    address.write(new InetSocketAddress(InetAddress.getByAddress(new byte[16]), 80));
    MemorySegment raw = MemorySegment.ofAddress(address.address()).reinterpret(STORAGE_BYTES);
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3};
    MemorySegment.copy(mapped, 0, raw, ValueLayout.JAVA_BYTE, 8, mapped.length);

    assertThat(address.read()).isEqualTo(new InetSocketAddress("10.1.2.3", 80));
  }

  @Test
  void unixPathIsReadAsItWasWritten() throws IOException {
    UnixDomainSocketAddress written = UnixDomainSocketAddress.of("/run/lb4j/süd.sock");
    address.write(written);

    assertThat(address.read()).isEqualTo(written);
  }

  @Test
  void longestUnixPathIsTakenByTheSystemAndReadBack(@TempDir Path directory) throws IOException {
    Path path = pathOfLength(directory, LONGEST_UNIX_PATH);

    assertThat(boundTo(UnixDomainSocketAddress.of(path), Linux.AF_UNIX))
        .isEqualTo(UnixDomainSocketAddress.of(path));
    assertThat(Files.exists(path)).isTrue();
  }

  @Test
  void tooLongUnixPathIsRefusedInWords(@TempDir Path directory) {
    for (int length : new int[] {LONGEST_UNIX_PATH + 1, STORAGE_BYTES - 2, STORAGE_BYTES, 500}) {
      Path path = pathOfLength(directory, length);
      assertThatThrownBy(() -> address.write(UnixDomainSocketAddress.of(path)))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("too long")
          .hasMessageContaining(path.toString());
    }
  }

  private static Path pathOfLength(Path directory, int length) {
    int missing = length - directory.toString().length() - 1;
    assumeTrue(missing > 0, "the folder for temporary files has too long a name itself");
    return directory.resolve("x".repeat(missing));
  }

  /** Binds a socket and returns what the system calls its address. */
  private Object boundTo(java.net.SocketAddress wanted, int family) throws IOException {
    int socket = Errors.check(libc.sockets.socket(family, Linux.SOCK_STREAM));
    try {
      address.write(wanted);
      Errors.check(libc.sockets.bind(socket, address.address(), address.length()));
      address.write(new InetSocketAddress("0.0.0.0", 0));
      Errors.check(libc.sockets.getsockname(socket, address.address(), address.lengthAddress()));
      return address.read();
    } finally {
      libc.close(socket);
    }
  }

  @Test
  void systemUnderstandsLinger() throws IOException {
    int socket = Errors.check(libc.sockets.socket(Linux.AF_INET, Linux.SOCK_STREAM));
    assertThat(lingerOf(socket)).containsExactly(0, 0);

    options.resetOnClose(socket);

    assertThat(lingerOf(socket)).containsExactly(1, 0);
    libc.close(socket);
  }

  private int[] lingerOf(int socket) throws IOException {
    MemorySegment value = arena.allocate(ValueLayout.JAVA_INT, 2);
    MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, 2 * Integer.BYTES);
    Errors.check(
        libc.sockets.getsockopt(
            socket, Linux.SOL_SOCKET, Linux.SO_LINGER, value.address(), length.address()));
    assertThat(length.get(ValueLayout.JAVA_INT, 0)).isEqualTo(2 * Integer.BYTES);
    return value.toArray(ValueLayout.JAVA_INT);
  }

  @Test
  void descriptorsAreNonBlockingAndClosedOnExec() throws IOException {
    MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
    Errors.check(libc.pipes.pipe(ends.address(), Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC));
    int type = Linux.SOCK_STREAM | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC;
    int[] descriptors = {
      ends.get(ValueLayout.JAVA_INT, 0),
      ends.get(ValueLayout.JAVA_INT, Integer.BYTES),
      Errors.check(libc.epoll.eventfd(Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC)),
      Errors.check(libc.sockets.socket(Linux.AF_INET, type))
    };
    for (int descriptor : descriptors) {
      int flags = flagsOf(descriptor);
      assertThat(flags & Linux.SOCK_NONBLOCK).as("O_NONBLOCK").isNotZero();
      assertThat(flags & Linux.SOCK_CLOEXEC).as("O_CLOEXEC").isNotZero();
      libc.close(descriptor);
    }
  }

  private static int flagsOf(int descriptor) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
        .filter(line -> line.startsWith("flags:"))
        .mapToInt(line -> Integer.parseInt(line.substring("flags:".length()).strip(), 8))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void failedCallTellsItsErrorNumber() {
    assertThat(libc.sockets.shutdown(-1, Linux.SHUT_WR)).isEqualTo(-Linux.EBADF);
    assertThat(libc.sockets.socket(Linux.AF_INET, 99)).isEqualTo(-Linux.EINVAL);
    assertThat(Libc.message(Linux.ECONNREFUSED)).isEqualTo("Connection refused");
  }
}
