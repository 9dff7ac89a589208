package io.lb4j.internal.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is in a ClientHello (RFC 8446, section 4.1.2; the same bytes since SSL 3.0). Every length
 * has to add up, in the extensions that are read too; others are passed over.
 */
final class TlsHelloBody {
  private static final int SERVER_NAME = 0;
  private static final int PROTOCOLS = 16;
  private static final int VERSIONS = 43;
  private static final int HOST_NAME = 0;
  private static final int RANDOM_OCTETS = 32;
  private static final int LONGEST_SESSION_ID = 32;

  private final String sessionId;
  private Optional<String> serverName = Optional.empty();
  private List<String> protocols = List.of();
  private int version;
  private boolean hasServerName;
  private boolean hasProtocols;
  private boolean hasVersions;

  private TlsHelloBody(Octets body) throws MalformedException {
    version = body.number16();
    check(isVersion(version), "version " + Integer.toHexString(version));
    body.next(RANDOM_OCTETS);
    Octets session = body.next8();
    check(session.count() <= LONGEST_SESSION_ID, "session id too long");
    sessionId = session.text();
    int ciphers = body.next16().count();
    check(ciphers >= 2 && ciphers % 2 == 0, "no list of cipher suites");
    check(!body.next8().isEmpty(), "no compression method");
    if (!body.isEmpty()) {
      extensions(body.next16());
    }
    check(body.isEmpty(), "more after the extensions");
  }

  /** Reads a whole ClientHello, without the four octets before it. */
  static TlsHello read(ByteBuffer body) throws MalformedException {
    TlsHelloBody hello = new TlsHelloBody(new Octets(body));
    Optional<String> session = Optional.of(hello.sessionId).filter(id -> !id.isEmpty());
    return new TlsHello(hello.serverName, hello.protocols, hello.version, session);
  }

  private static void check(boolean good, String words) throws MalformedException {
    if (!good) {
      throw new MalformedException(words);
    }
  }

  private void extensions(Octets extensions) throws MalformedException {
    while (!extensions.isEmpty()) {
      int type = extensions.number16();
      Octets extension = extensions.next16();
      switch (type) {
        case SERVER_NAME -> {
          check(!hasServerName, "two server name extensions");
          hasServerName = true;
          serverName = serverName(extension.next16());
        }
        case PROTOCOLS -> {
          check(!hasProtocols, "two protocol extensions");
          hasProtocols = true;
          protocols = protocols(extension.next16());
        }
        case VERSIONS -> {
          check(!hasVersions, "two version extensions");
          hasVersions = true;
          version = highest(extension.next8());
        }
        default -> {
          continue; // of no concern
        }
      }
      check(extension.isEmpty(), "more in extension " + type + " than its list");
    }
  }

  private static Optional<String> serverName(Octets names) throws MalformedException {
    Optional<String> found = Optional.empty();
    int hosts = 0;
    while (!names.isEmpty()) {
      int type = names.number8();
      Octets name = names.next16();
      if (type == HOST_NAME) {
        hosts++;
        found = TlsServerName.of(name.text());
      }
    }
    return hosts == 1 ? found : Optional.empty();
  }

  private static List<String> protocols(Octets names) throws MalformedException {
    List<String> offered = new ArrayList<>();
    while (!names.isEmpty()) {
      Octets name = names.next8();
      check(!name.isEmpty(), "empty protocol name");
      if (offered.size() < TlsHello.MAX_PROTOCOLS) {
        offered.add(name.text());
      }
    }
    return List.copyOf(offered);
  }

  /** Of the versions that are versions: clients mix in others, to keep servers tolerant. */
  private int highest(Octets versions) throws MalformedException {
    int highest = 0;
    while (!versions.isEmpty()) {
      int offered = versions.number16();
      if (isVersion(offered)) {
        highest = Math.max(highest, offered);
      }
    }
    return highest == 0 ? version : highest;
  }

  private static boolean isVersion(int number) {
    return number >>> 8 == 3;
  }
}
