package io.lb4j.benchmarks.l4;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;

/** Connects a client that came in to a member, on the same event loop, and then makes way. */
final class NettyConnector extends ChannelInboundHandlerAdapter {
  private final InetSocketAddress address;

  NettyConnector(InetSocketAddress address) {
    this.address = address;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel client = context.channel();
    new Bootstrap()
        .group(client.eventLoop())
        .channel(NioSocketChannel.class)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel member) {
                NettyEnd.prepare(member);
                member.pipeline().addLast(new NettyEnd(client));
              }
            })
        .connect(address)
        .addListener((ChannelFuture connected) -> onConnected(connected, client));
  }

  private void onConnected(ChannelFuture connected, Channel client) {
    Channel member = connected.channel();
    if (connected.isSuccess() && client.isActive()) {
      client.pipeline().replace(this, "end", new NettyEnd(member));
      client.read();
      member.read();
    } else {
      NettyEnd.reset(member);
      NettyEnd.reset(client);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    NettyEnd.reset(context.channel());
  }
}
