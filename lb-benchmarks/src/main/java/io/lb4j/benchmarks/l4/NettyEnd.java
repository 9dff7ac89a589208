package io.lb4j.benchmarks.l4;

import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;

/**
 * One end of a relayed flow. What it reads it writes to the other end at once, and it reads on only
 * while the other end takes it. The end of a stream goes to the other end as just that, a reset as
 * a reset.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends the flow anyway
final class NettyEnd extends ChannelInboundHandlerAdapter {
  private static final int MIN_READ = 2048;
  private static final int FIRST_READ = 16 * 1024;
  private static final int MAX_READ = 128 * 1024; // as lb4j; Netty's own default is half of it

  private final Channel other;

  NettyEnd(Channel other) {
    this.other = other;
  }

  /** Sets the options of either end's socket. */
  static void prepare(Channel channel) {
    channel.config().setOption(ChannelOption.AUTO_READ, false);
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    channel
        .config()
        .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(MIN_READ, FIRST_READ, MAX_READ));
  }

  /** Closes with a reset. */
  static void reset(Channel channel) {
    if (channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    other.write(bytes, other.voidPromise());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    other.flush();
    if (other.isWritable()) {
      context.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (context.channel().isWritable()) {
      other.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      other
          .writeAndFlush(Unpooled.EMPTY_BUFFER) // done when all before it is
          .addListener(written -> endStream((DuplexChannel) context.channel()));
    }
  }

  private void endStream(DuplexChannel ended) {
    if (ended.isOutputShutdown()) { // the other direction ended before
      ended.close();
      other.close();
    } else {
      ((DuplexChannel) other).shutdownOutput();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    other.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    reset(other);
    reset(context.channel());
  }
}
