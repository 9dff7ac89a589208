package io.lb4j.benchmarks.l4;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A relay such as one writes with Netty: NIO, both connections of a flow on one event loop, members
 * in turn. It relays and does nothing else: no timeouts, no flow table, no counters.
 */
final class NettyRoute implements Route {
  private static final int BACKLOG = 4096; // as lb4j

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          Route.loops(), new DefaultThreadFactory("netty-relay"), NioIoHandler.newFactory());
  private final List<InetSocketAddress> members;
  private final AtomicInteger turn = new AtomicInteger();
  private final Channel listening;

  NettyRoute(List<InetSocketAddress> members) {
    this.members = members;
    this.listening = bootstrap().bind(Route.anyPort()).syncUninterruptibly().channel();
  }

  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(group)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel client) {
                NettyEnd.prepare(client);
                client.pipeline().addLast(new NettyConnector(nextMember()));
              }
            });
  }

  private InetSocketAddress nextMember() {
    return members.get(Integer.remainderUnsigned(turn.getAndIncrement(), members.size()));
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.localAddress();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
