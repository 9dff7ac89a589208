package io.lb4j;

import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** SRV records by the DNS provider of the JDK. Nothing else of lb4j needs {@code java.naming}. */
final class DnsServiceResolver implements ServiceResolver {
  private static final String NO_TARGET = "."; // "decidedly not available", RFC 2782
  private static final String[] SRV = {"SRV"};

  private final String servers;

  /**
   * A resolver.
   *
   * @param servers such as {@code dns://10.0.0.2:53}, several with a space between; {@code dns:}
   *     for those of the system
   */
  DnsServiceResolver(String servers) {
    this.servers = servers;
  }

  /** Only text is read, and a name without a colon ({@link MemberSource}) leads to DNS alone. */
  @Override
  @SuppressWarnings("BanJNDI")
  public List<ServiceRecord> resolve(String service) throws UnknownHostException {
    try {
      InitialDirContext dns = new InitialDirContext(environment());
      try {
        return records(dns.getAttributes(service, SRV).get(SRV[0]));
      } finally {
        dns.close();
      }
    } catch (NameNotFoundException none) {
      return List.of();
    } catch (NamingException | IllegalArgumentException failure) {
      UnknownHostException unknown = new UnknownHostException(service + ": " + wordsOf(failure));
      unknown.initCause(failure);
      throw unknown;
    }
  }

  private static String wordsOf(Exception failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root == failure ? failure.getMessage() : failure.getMessage() + ", " + root.getMessage();
  }

  private Properties environment() {
    Properties environment = new Properties();
    environment.setProperty(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.setProperty(Context.PROVIDER_URL, servers);
    environment.setProperty("com.sun.jndi.dns.timeout.initial", "1000"); // doubled for each attempt
    environment.setProperty("com.sun.jndi.dns.timeout.retries", "3");
    return environment;
  }

  private static List<ServiceRecord> records(Attribute attribute) throws NamingException {
    List<ServiceRecord> records = new ArrayList<>();
    if (attribute != null) { // else the name is there, but has no such records
      NamingEnumeration<?> texts = attribute.getAll();
      while (texts.hasMore()) {
        String[] fields = texts.next().toString().split(" "); // priority weight port target
        if (!fields[3].equals(NO_TARGET)) {
          records.add(record(fields));
        }
      }
    }
    return records;
  }

  private static ServiceRecord record(String[] fields) {
    String target = fields[3];
    return new ServiceRecord(
        target.endsWith(".") ? target.substring(0, target.length() - 1) : target,
        Integer.parseInt(fields[2]),
        Integer.parseInt(fields[0]),
        Integer.parseInt(fields[1]));
  }
}
