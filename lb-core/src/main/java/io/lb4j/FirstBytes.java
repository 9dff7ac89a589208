package io.lb4j;

import io.lb4j.internal.wire.HttpHeadReader;
import io.lb4j.internal.wire.TlsHelloReader;
import java.nio.ByteBuffer;

/** What one client has sent so far, and its readers, each of which goes on where it was. */
final class FirstBytes {
  private final int maxBytes;
  private final CallbackGuard guard;
  private ByteBuffer bytes;
  private HttpHeadReader http; // null until someone asks
  private TlsHelloReader tls; // null until someone asks

  FirstBytes(int maxBytes, CallbackGuard guard) {
    this.maxBytes = maxBytes;
    this.guard = guard;
  }

  /** More has come. */
  void show(ByteBuffer all) {
    bytes = all;
  }

  /** All that has come so far; a view of its own. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  CallbackGuard guard() {
    return guard;
  }

  /** Read as the head of an HTTP request. */
  HttpHeadReader asHttp() {
    if (http == null) {
      http = new HttpHeadReader(maxBytes);
    }
    http.read(bytes);
    return http;
  }

  /** Read as a TLS ClientHello. */
  TlsHelloReader asTls() {
    if (tls == null) {
      tls = new TlsHelloReader(maxBytes);
    }
    tls.read(bytes);
    return tls;
  }
}
