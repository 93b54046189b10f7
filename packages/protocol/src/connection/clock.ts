/** Time as the network code sees it; tests give one of their own. */
export interface Clock {
  /** Milliseconds since some moment, never going back: no clock of the wall, which may jump. */
  now(): number;
  /** Runs something later, once. @returns what ends it before */
  after(ms: number, run: () => void): () => void;
}

/**
 * The clock of the machine.
 *
 * @example
 * ```ts
 * import { createSystemClock } from '@protonorm/protocol';
 * const clock = createSystemClock();
 * const cancel = clock.after(60_000, () => {});
 * cancel();
 * clock.now() >= 0; // => true
 * ```
 */
export function createSystemClock(): Clock {
  return {
    now: () => performance.now(), // eslint-disable-line no-restricted-globals -- the clock that is handed in elsewhere
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
