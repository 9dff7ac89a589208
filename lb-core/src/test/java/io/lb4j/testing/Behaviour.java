package io.lb4j.testing;

import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** What a {@link ScriptedMember} does with each connection. The socket stays open afterwards. */
public sealed interface Behaviour {
  /** Plays it, on a thread of this connection. A failing socket ends it. */
  void play(Peer peer) throws IOException;

  /** Nothing: the test acts for it. */
  record ByHand() implements Behaviour {
    @Override
    public void play(Peer peer) {}
  }

  /** Sends back what comes, and ends when the client ends. */
  record Echo() implements Behaviour {
    @Override
    public void play(Peer peer) throws IOException {
      for (Optional<byte[]> part = peer.take(4096); part.isPresent(); part = peer.take(4096)) {
        peer.send(part.get());
      }
      if (peer.ending() == Peer.Ending.END) {
        peer.close();
      }
    }
  }

  /** Closes at once. */
  record CloseOnAccept() implements Behaviour {
    @Override
    public void play(Peer peer) throws IOException {
      peer.close();
    }
  }

  /** Reads so much of the request, sends this and resets. */
  record ResetAfter(int requestBytes, Data reply) implements Behaviour {
    /** Resets without a reply. */
    public ResetAfter(int requestBytes) {
      this(requestBytes, Data.random(0, 0));
    }

    @Override
    public void play(Peer peer) throws IOException {
      peer.readUntil(requestBytes);
      peer.send(reply);
      peer.reset();
    }
  }

  /** Reads so much of the request, replies and closes, whatever else is coming. */
  record ReplyThenClose(int requestBytes, Data reply) implements Behaviour {
    @Override
    public void play(Peer peer) throws IOException {
      peer.readUntil(requestBytes);
      peer.send(reply);
      peer.close();
    }
  }

  /** Reads until what came ends with this, replies and closes. */
  record AnswerThenClose(String end, Data reply) implements Behaviour {
    @Override
    public void play(Peer peer) throws IOException {
      while (!peer.text().endsWith(end)) {
        if (peer.take(4096).isEmpty()) {
          return;
        }
      }
      peer.send(reply);
      peer.close();
    }
  }

  /** Reads the request to its end, replies and closes. */
  record ReplyAfterEnd(Data reply) implements Behaviour {
    @Override
    public void play(Peer peer) throws IOException {
      peer.readToEnd();
      peer.send(reply);
      peer.close();
    }
  }

  /** Sends this and ends its stream, then reads to the end. */
  record HalfCloseAfter(Data reply) implements Behaviour {
    @Override
    public void play(Peer peer) throws IOException {
      peer.send(reply);
      peer.end();
      peer.readToEnd();
    }
  }

  /** Sends this with writes of 1 to so many bytes while it reads, then ends its stream. */
  record Exchange(Data data, int longestWrite, long seed) implements Behaviour {
    @Override
    public void play(Peer peer) throws IOException {
      peer.collect();
      peer.sendInPieces(data, longestWrite, new Random(seed));
      peer.end();
    }
  }

  /** Never reads. */
  record Stall() implements Behaviour {
    @Override
    public void play(Peer peer) {}
  }

  /** Reads a little each time that it may. */
  record SlowReader(int bytesPerRead, BooleanSupplier mayRead) implements Behaviour {
    @Override
    public void play(Peer peer) {
      do {
        Await.until("leave to read", mayRead);
      } while (peer.take(bytesPerRead).isPresent());
    }
  }

  /** Reads to the end and sends nothing. */
  record Discard() implements Behaviour {
    @Override
    public void play(Peer peer) {
      peer.readToEnd();
    }
  }

  /** Sends this as fast as it can and ends its stream; it never reads. */
  record Flood(Data data) implements Behaviour {
    @Override
    public void play(Peer peer) throws IOException {
      peer.send(data);
      peer.end();
    }
  }
}
