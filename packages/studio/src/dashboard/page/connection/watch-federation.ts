import { decodeLiveEvent, decodeLiveState, type LiveEvent, type LiveState } from '@protonorm/protocol';
import type { ConnectionState } from './connection-state.ts';
import { fetchText } from './fetch-text.ts';

export interface WatchOptions {
  /** Address of the federation: `/api/federations/NAME`. */
  readonly path: string;
  /** All that is known, at the beginning and after each interruption. */
  readonly onState: (state: LiveState) => void;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onConnection: (state: ConnectionState) => void;
  /** An event that this page cannot read. */
  readonly onProblem: (message: string) => void;
  readonly signal: AbortSignal;
}

/** Of a watched federation. */
export interface Watch {
  /** Tries again now instead of waiting. */
  retry(): void;
  /** Gives a connection up that seems to be dead, and tries again. */
  drop(reason: string): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** Longest time until the stream opens. */
const OPEN_LIMIT_MS = 10_000;
const ENDED = 'The connection to the server ended.';
const EVENTS = ['run', 'devices', 'status'] as const;

/**
 * Follows a federation until the signal: events over one EventSource, the whole state each time that it opens.
 *
 * The stream is opened before the state is asked for, and events wait until the state is there: none is missed in between, and
 * what the state has already changes nothing. After an error it tries again by itself, with waits from 1 s to 30 s.
 */
export function watchFederation(options: WatchOptions): Watch {
  const { path, signal, onConnection } = options;
  let attempts = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: AbortController | undefined;

  const drop = (reason: string): void => {
    if (signal.aborted || timer !== undefined) return;
    current?.abort();
    const retryInMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempts++);
    onConnection({ kind: 'lost', retryInMs, reason });
    timer = setTimeout(open, retryInMs);
  };

  const open = (): void => {
    clearTimeout(timer);
    timer = undefined;
    current?.abort();
    if (signal.aborted) return;
    current = new AbortController();
    onConnection({ kind: 'connecting' });
    follow(current.signal);
  };

  const follow = (own: AbortSignal): void => {
    const source = new EventSource(`${path}/events`);
    const late = setTimeout(() => drop('The server does not answer.'), OPEN_LIMIT_MS);
    own.addEventListener('abort', () => {
      clearTimeout(late);
      source.close();
    });
    let waiting: LiveEvent[] | undefined = [];
    for (const name of EVENTS)
      source.addEventListener(name, ({ data }: MessageEvent<string>) => {
        if (own.aborted) return;
        try {
          const event = decodeLiveEvent(name, data);
          if (waiting === undefined) options.onEvent(event);
          else waiting.push(event);
        } catch (error) {
          options.onProblem(error instanceof Error ? error.message : String(error));
        }
      });
    let opened = false;
    source.addEventListener('error', async () => {
      if (own.aborted) return;
      source.close();
      drop(opened ? ENDED : await reasonOf(path, own));
    });
    source.addEventListener('open', async () => {
      clearTimeout(late);
      opened = true;
      try {
        const state = decodeLiveState(await fetchText(path, own));
        options.onState(state);
        waiting?.forEach(options.onEvent);
        waiting = undefined;
        attempts = 0;
        onConnection({ kind: 'live' });
      } catch (error) {
        if (!own.aborted) drop(error instanceof Error ? error.message : String(error));
      }
    });
  };

  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    current?.abort();
  });
  open();
  return { retry: () => timer !== undefined && open(), drop };
}

/** Why a stream does not open, which the browser does not say. */
async function reasonOf(path: string, signal: AbortSignal): Promise<string> {
  try {
    await fetchText(path, signal);
    return ENDED;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
