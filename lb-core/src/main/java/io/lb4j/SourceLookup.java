package io.lb4j;

import io.lb4j.internal.util.Checks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which members a source stands for. */
final class SourceLookup extends Lookup {
  private final Pool pool;
  private final Discovery discovery;
  private final ResolverSettings resolvers;

  SourceLookup(Pool pool, Discovery discovery, ResolverSettings resolvers) {
    super(pool, "source " + pool.name() + "/" + discovery.source());
    this.pool = pool;
    this.discovery = discovery;
    this.resolvers = resolvers;
  }

  @Override
  void ask() throws UnknownHostException {
    MemberSource source = discovery.source();
    List<MemberSpec> found =
        source.template().isPresent()
            ? addresses(source.template().get())
            : servers(source.service().orElseThrow());
    if (!isCancelled()) {
      pool.discovered(discovery, found);
    }
  }

  private List<MemberSpec> addresses(MemberSpec template) throws UnknownHostException {
    Map<ServiceAddress, MemberSpec> found = new LinkedHashMap<>();
    for (InetAddress address : resolvers.names().resolve(template.address().host())) {
      String host = Checks.present("address", address).getHostAddress();
      MemberSpec spec = template.at(ServiceAddress.of(host, template.address().port()));
      found.putIfAbsent(spec.address(), spec);
    }
    return List.copyOf(found.values());
  }

  private List<MemberSpec> servers(String service) throws UnknownHostException {
    List<ServiceRecord> records = new ArrayList<>(resolvers.services().resolve(service));
    records.sort(Comparator.comparingInt(ServiceRecord::priority));
    int heaviest = records.stream().mapToInt(ServiceRecord::weight).max().orElse(0);
    Map<ServiceAddress, MemberSpec> found = new LinkedHashMap<>();
    for (ServiceRecord server : records) {
      ServiceAddress address = ServiceAddress.of(server.target(), server.port());
      MemberSpec spec =
          MemberSpec.of(address)
              .weight(weight(server.weight(), heaviest))
              .priority(MemberSpec.MAX_PRIORITY - server.priority());
      found.putIfAbsent(address, spec);
    }
    return List.copyOf(found.values());
  }

  /** Weights beyond ours shrink together, so that the shares stay. */
  private static int weight(int weight, int heaviest) {
    int scaled =
        heaviest <= MemberSpec.MAX_WEIGHT
            ? weight
            : Math.round((float) weight * MemberSpec.MAX_WEIGHT / heaviest);
    return Math.max(1, scaled);
  }

  @Override
  String callback() {
    return discovery.source().template().isPresent()
        ? "NameResolver.resolve"
        : "ServiceResolver.resolve";
  }

  @Override
  String consequence() {
    return "its members stay";
  }
}
