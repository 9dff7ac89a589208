package io.lb4j.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small C programs that change something of the process and then become another program. */
public final class Launcher {
  private static final String REFUSE =
      """
      #include <errno.h>
      #include <linux/filter.h>
      #include <linux/seccomp.h>
      #include <stddef.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <sys/prctl.h>
      #include <sys/syscall.h>
      #include <unistd.h>

      int main(int count, char **words) {
        struct sock_filter code[] = {
          BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_%1$s, 0, 1),
          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | %2$s),
          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = {4, code};
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
            || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
          perror("no filter");
          return 1;
        }
        execvp(words[1], words + 1);
        perror(words[1]);
        return 1;
      }
      """;

  private static final String FILL_PIPES =
      """
      #define _GNU_SOURCE
      #include <fcntl.h>
      #include <stdio.h>
      #include <unistd.h>

      int main(int count, char **words) {
        int ends[2];
        do {
          if (pipe(ends)) {
            perror("no pipe");
            return 1;
          }
        } while (fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0);
        execvp(words[1], words + 1);
        perror(words[1]);
        return 1;
      }
      """;

  private Launcher() {}

  /** One that has the system refuse a call with an error, such as {@code EPERM}. */
  public static Path refusing(Path directory, String call, String error) throws Exception {
    Path launcher = compile(directory, "refuse-" + call, REFUSE.formatted(call, error));
    assumeTrue(
        ChildJvm.succeeds(List.of(launcher.toString(), "true")), "no seccomp on this machine");
    return launcher;
  }

  /** One that holds as many large pipes as a user may have. */
  public static Path fillingPipes(Path directory) throws Exception {
    return compile(directory, "fill-pipes", FILL_PIPES);
  }

  private static Path compile(Path directory, String name, String text)
      throws IOException, InterruptedException {
    assumeTrue(ChildJvm.hasCommand("gcc"), "no gcc to compile a launcher with");
    Path source = Files.writeString(directory.resolve(name + ".c"), text);
    Path program = directory.resolve(name);
    assumeTrue(
        ChildJvm.succeeds(List.of("gcc", "-o", program.toString(), source.toString())),
        "gcc does not compile " + source.getFileName());
    return program;
  }
}
