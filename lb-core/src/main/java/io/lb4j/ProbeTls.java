package io.lb4j;

import io.lb4j.internal.probe.TlsSettings;
import io.lb4j.internal.util.Checks;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * How a probe speaks TLS. Immutable: each setting returns a changed copy.
 *
 * <p>By default the member's certificate has to be trusted by the JVM and to have the member's name
 * (RFC 2818, as for HTTPS). The name is {@link #serverName} or else the host by which the member
 * was given to the pool; a name is also sent to the member (SNI), an IP literal is not. A member
 * that was given by its IP address therefore fails unless its certificate has that address: say the
 * name that it has with {@code serverName}, or do without with {@link #withoutVerification}. So
 * does a member of a {@link MemberSource}, whose host is an address, and one on a UNIX-domain
 * socket, which has no host at all.
 *
 * <p>Sessions are never resumed: each probe sees the certificate as a new client does. What takes
 * long in a handshake runs on the pool's probe threads.
 */
public final class ProbeTls {
  private final SSLContext context;
  private final Optional<String> serverName;
  private final boolean verified;
  private final boolean ownContext;

  private ProbeTls(
      SSLContext context, Optional<String> serverName, boolean verified, boolean ownContext) {
    this.context = context;
    this.serverName = serverName;
    this.verified = verified;
    this.ownContext = ownContext;
  }

  /**
   * With the JVM's default {@link SSLContext}, certificate and name checked.
   *
   * @throws IllegalStateException when the JVM has no usable default context
   */
  public static ProbeTls verified() {
    try {
      return new ProbeTls(SSLContext.getDefault(), Optional.empty(), true, false);
    } catch (NoSuchAlgorithmException noDefault) {
      throw new IllegalStateException(
          "tls: the JVM has no usable default SSLContext: give one with context()", noDefault);
    }
  }

  /**
   * The same with a context of your own: for another trust store, or a key by which the probe shows
   * who it is. The name is still checked.
   */
  public ProbeTls context(SSLContext context) {
    return new ProbeTls(Checks.present("context", context), serverName, verified, true);
  }

  /**
   * The same with the name that the certificate has to have and that is sent to the member,
   * whatever the member's host is.
   */
  public ProbeTls serverName(String name) {
    String checked = ServiceAddress.of(Checks.notBlank("serverName", name), 0).host();
    return new ProbeTls(context, Optional.of(checked), verified, ownContext);
  }

  /**
   * The same without any check: whoever answers is taken for the member. With a {@link #context} of
   * your own only the name is not checked; its trust managers still decide about the certificate.
   */
  public ProbeTls withoutVerification() {
    return new ProbeTls(ownContext ? context : trustingAll(), serverName, false, ownContext);
  }

  private static SSLContext trustingAll() {
    try {
      SSLContext trusting = SSLContext.getInstance("TLS");
      trusting.init(null, new TrustManager[] {new TrustAll()}, null);
      return trusting;
    } catch (GeneralSecurityException noTls) {
      throw new IllegalStateException("tls: the JVM has no TLS", noTls);
    }
  }

  /** Whether certificate and name are checked. */
  boolean isVerified() {
    return verified;
  }

  /** How a probe of this member speaks. */
  TlsSettings settingsFor(PoolMember member) {
    String host = serverName.orElse(member.address().host());
    Optional<String> peer = host.isEmpty() ? Optional.empty() : Optional.of(host);
    return new TlsSettings(context, peer, peer.flatMap(ProbeTls::sentName), verified);
  }

  /**
   * What TLS can send of a host: a name, no IP literal and no characters that a name may not have.
   */
  private static Optional<SNIHostName> sentName(String host) {
    if (ServiceAddress.of(host, 0).withoutResolving().isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SNIHostName(host));
    } catch (IllegalArgumentException notForTls) {
      return Optional.empty(); // such as one with an underscore
    }
  }

  @Override
  public String toString() {
    return "TLS"
        + serverName.map(name -> " for " + name).orElse("")
        + (verified ? "" : " without verification");
  }

  /** Takes every certificate; extended, or the JDK would check it all the same. */
  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
