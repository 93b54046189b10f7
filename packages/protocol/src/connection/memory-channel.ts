import type { Channel, ChannelListener } from './channel.ts';

/**
 * Two ends of a channel in one process: for tests and for a server with clients of its own. Frames are copied and arrive in
 * later microtasks, in order.
 *
 * @example
 * ```ts
 * import { createChannelPair } from '@protonorm/protocol';
 * const [here, there] = createChannelPair();
 * const came: number[] = [];
 * there.listen({ frame: (bytes) => came.push(bytes[0]), closed() {} });
 * here.listen({ frame() {}, closed() {} });
 * here.send(Uint8Array.of(7));
 * await Promise.resolve();
 * came; // => [7]
 * ```
 */
export function createChannelPair(): readonly [Channel, Channel] {
  const first = new Inbox();
  const second = new Inbox();
  return [memoryChannel('memory:first', first, second), memoryChannel('memory:second', second, first)];
}

function memoryChannel(peer: string, own: Inbox, other: Inbox): Channel {
  return {
    peer,
    bufferedBytes: 0,
    listen: (listener) => own.listen(listener),
    send(frame) {
      if (own.ended) return;
      const copy = Uint8Array.from(frame);
      queueMicrotask(() => other.tell((listener) => listener.frame(copy)));
    },
    close(code, reason) {
      queueMicrotask(() => {
        own.end({ code, reason });
        other.end({ code, reason });
      });
    },
  };
}

type Telling = (listener: ChannelListener) => void;

/** What comes for one end, kept until somebody listens. */
class Inbox {
  #listener: ChannelListener | undefined;
  #waiting: Telling[] = [];
  ended = false;

  listen(listener: ChannelListener): void {
    this.#listener = listener;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const telling of waiting) queueMicrotask(() => this.tell(telling));
  }

  tell(telling: Telling): void {
    if (this.ended) return;
    if (this.#listener === undefined) this.#waiting.push(telling);
    else telling(this.#listener);
  }

  end(end: Parameters<ChannelListener['closed']>[0]): void {
    this.tell((listener) => {
      this.ended = true;
      listener.closed(end);
    });
  }
}
