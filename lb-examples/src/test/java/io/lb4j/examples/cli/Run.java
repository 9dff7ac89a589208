package io.lb4j.examples.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One execution of a command line, without ending the JVM.
 *
 * @param status what the process would exit with
 * @param out what went to stdout
 * @param err what went to stderr, the log excepted
 */
record Run(int status, String out, String err) {
  static Run of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        CommandLines.create(InputStream.nullInputStream())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Run(status, out.toString(), err.toString());
  }
}
