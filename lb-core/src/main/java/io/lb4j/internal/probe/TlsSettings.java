package io.lb4j.internal.probe;

import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * How a probe speaks TLS.
 *
 * @param peer the name or IP literal that the peer's certificate has to have; empty if there is
 *     none
 * @param sentName the name that is sent to the peer (SNI); empty for none
 * @param checksName whether the certificate has to have the name
 */
public record TlsSettings(
    SSLContext context, Optional<String> peer, Optional<SNIHostName> sentName, boolean checksName) {
  /** An engine for one connection; the host's context may have none to give. */
  SSLEngine newEngine() throws TlsUnusableException {
    try {
      return configured(
          peer.isPresent() ? context.createSSLEngine(peer.get(), 0) : context.createSSLEngine());
    } catch (RuntimeException unusable) {
      throw new TlsUnusableException("TLS: no engine: " + unusable);
    }
  }

  private SSLEngine configured(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    if (checksName) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    sentName.ifPresent(name -> parameters.setServerNames(List.of(name)));
    engine.setUseClientMode(true);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
