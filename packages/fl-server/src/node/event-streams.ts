import type { ServerResponse } from 'node:http';
import { createSystemClock, encodeLiveEvent, type Clock, type LiveEvent } from '@protonorm/protocol';
import type { LiveFeed } from '../live/live-feed.ts';

const MOST_WATCHERS = 64;
const MOST_WAITING_BYTES = 4 << 20;
const HEARTBEAT_MS = 15_000;
/** Longest time for the last events to go out. */
const END_LIMIT_MS = 1000;

interface Stream {
  readonly watchers: Set<ServerResponse>;
  readonly unsubscribe: () => void;
}

/**
 * The watchers of feeds, as server-sent events. An event is encoded once for all of them. Who reads so slowly that more than
 * 4 MB wait is dropped, and begins anew when it is back.
 */
export class EventStreams {
  readonly #streams = new Map<LiveFeed, Stream>();
  readonly #clock: Clock = createSystemClock();
  #stopHeartbeat: (() => void) | undefined;
  #closed = false;

  /** No place for another watcher, or the server is ending. */
  get full(): boolean {
    return this.#closed || this.#watchers().length >= MOST_WATCHERS;
  }

  /** Sends the events of a feed until either side ends it; headers at once. */
  watch(feed: LiveFeed, response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    const { watchers, unsubscribe } = this.#streamOf(feed);
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no', // proxies would wait for more
    });
    response.flushHeaders();
    watchers.add(response);
    response.on('error', () => {}); // 'close' follows
    response.on('close', () => {
      watchers.delete(response);
      if (watchers.size > 0) return;
      unsubscribe();
      this.#streams.delete(feed);
    });
    if (this.#stopHeartbeat === undefined) this.#beatLater();
  }

  /** Ends all streams behind what they were sent, within a second. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopHeartbeat?.();
    const ended = this.#watchers().map(
      (response) =>
        new Promise<void>((resolve) => {
          response.on('close', resolve);
          response.end(resolve);
        }),
    );
    if (ended.length === 0) return;
    let stopLimit = (): void => {};
    const limit = new Promise<void>((resolve) => {
      stopLimit = this.#clock.after(END_LIMIT_MS, resolve);
    });
    await Promise.race([Promise.all(ended), limit]);
    stopLimit();
  }

  #streamOf(feed: LiveFeed): Stream {
    let stream = this.#streams.get(feed);
    if (stream === undefined) {
      const watchers = new Set<ServerResponse>();
      stream = { watchers, unsubscribe: feed.subscribe((event) => send(watchers, eventBytes(event))) };
      this.#streams.set(feed, stream);
    }
    return stream;
  }

  #watchers(): readonly ServerResponse[] {
    return [...this.#streams.values()].flatMap(({ watchers }) => [...watchers]);
  }

  #beatLater(): void {
    this.#stopHeartbeat = this.#clock.after(HEARTBEAT_MS, () => {
      this.#stopHeartbeat = undefined;
      const watchers = this.#watchers();
      send(watchers, Buffer.from(':\n\n'));
      if (watchers.length > 0) this.#beatLater();
    });
  }
}

function send(watchers: Iterable<ServerResponse>, bytes: Uint8Array): void {
  for (const response of watchers) {
    // What waits already: one large event alone drops nobody.
    if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
    else if (!response.writableEnded) response.write(bytes);
  }
}

function eventBytes(event: LiveEvent): Uint8Array {
  const { event: name, data } = encodeLiveEvent(event);
  return Buffer.from(`event: ${name}\ndata: ${data}\n\n`);
}
