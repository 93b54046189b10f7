import type { Clock } from '@protonorm/protocol';

/** Counts from the first failure how long something is away, and waits between attempts. */
export interface Patience {
  /** Whether the limit has passed since the first failure. */
  readonly ended: boolean;
  /** Notes a failure, and waits a little longer each time, at most until the limit has passed. */
  wait(): Promise<void>;
  /** Notes a success: counts anew. */
  restore(): void;
  /** Ends all waiting, now and later. */
  end(): void;
}

const SHORTEST_MS = 20;
const LONGEST_MS = 1000;

/** Patience of a number of milliseconds. */
export function createPatience(limitMs: number, clock: Clock): Patience {
  let failures = 0;
  let over = false;
  let forever = false;
  let cancel: (() => void) | undefined;
  let wake: (() => void) | undefined;
  return {
    get ended() {
      return over || forever;
    },
    async wait() {
      failures++;
      cancel ??= clock.after(limitMs, () => {
        over = true;
        wake?.();
      });
      if (over || forever) return;
      await new Promise<void>((resolve) => {
        const stop = clock.after(Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(failures, 10)), resolve);
        wake = () => {
          stop();
          resolve();
        };
      });
      wake = undefined;
    },
    restore() {
      cancel?.();
      cancel = undefined;
      failures = 0;
      over = false;
    },
    end() {
      forever = true;
      cancel?.();
      wake?.();
    },
  };
}
