package io.lb4j.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority and two certificates for {@code good.example} by it, {@code good} and {@code
 * expired}, made by the JDK's keytool.
 */
public final class TestKeys {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final KeyStore store;

  private TestKeys(KeyStore store) {
    this.store = store;
  }

  /** Makes them in a directory. */
  public static TestKeys in(Path directory)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path file = directory.resolve("keys.p12");
    generate(file, "ca", "-ext", "bc:c");
    generate(file, "good", "-signer", "ca", "-ext", "san=dns:good.example");
    generate(
        file,
        "expired",
        "-signer",
        "ca",
        "-ext",
        "san=dns:good.example",
        "-startdate",
        "-10d",
        "-validity",
        "5");
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    return new TestKeys(store);
  }

  private static void generate(Path file, String alias, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-keystore",
                file.toString(),
                "-alias",
                alias,
                "-dname",
                "CN=" + alias));
    command.addAll(List.of(more));
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (keytool.waitFor() != 0) {
      throw new IOException("keytool failed for " + alias);
    }
  }

  /** A context that shows one of the certificates. */
  public SSLContext server(String alias) throws GeneralSecurityException, IOException {
    KeyStore only = empty();
    only.setKeyEntry(
        alias, store.getKey(alias, PASSWORD), PASSWORD, store.getCertificateChain(alias));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(only, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  /** A context that trusts the authority and nobody else. */
  public SSLContext trusting() throws GeneralSecurityException, IOException {
    KeyStore only = empty();
    only.setCertificateEntry("ca", store.getCertificate("ca"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(only);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, PASSWORD);
    return store;
  }
}
