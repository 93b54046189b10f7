import type { OperationProfile } from '../executor/module-reference.ts';

/** Time and calls of one section. */
export interface SectionTime {
  readonly ms: number;
  readonly calls: number;
}

/** Where time went: exclusive times by section, as plain data. */
export type SectionTimes = Readonly<Record<string, SectionTime>>;

/** Prefix of the sections of a backend's operations: 'kernel gemm forward'. */
export const KERNEL = 'kernel ';

/**
 * Sums up where the time of a thread goes. Sections nest; each counts what is not in a section within it, so that all of
 * them together are the time of the outermost ones. Work that is measured at the same time must lie within each other.
 *
 * @example
 * ```ts
 * import { Profiler } from '@protonorm/simulation';
 * let time = 0;
 * const profiler = new Profiler(() => time);
 * profiler.measure('outer', () => {
 *   time += 3;
 *   profiler.measure('inner', () => (time += 2));
 * });
 * profiler.take(); // => { inner: { ms: 2, calls: 1 }, outer: { ms: 3, calls: 1 } }
 * ```
 */
export class Profiler implements OperationProfile {
  /** Milliseconds since any moment. */
  readonly now: () => number;
  readonly #times = new Map<string, { ms: number; calls: number }>();
  /** Open sections from the outermost to the innermost: the time of what was measured within each. */
  readonly #open: { inner: number }[] = [];

  constructor(now: () => number) {
    this.now = now;
  }

  /** Runs work as a section; one that gives a promise lasts until that is settled. */
  measure<T>(section: string, work: () => T): T {
    const frame = { inner: 0 };
    this.#open.push(frame);
    const start = this.now();
    const end = (): void => {
      const total = this.now() - start;
      this.#open.pop();
      this.#count(section, total - frame.inner);
      this.#within(total);
    };
    let result: T;
    try {
      result = work();
    } catch (error) {
      end();
      throw error;
    }
    if (result instanceof Promise) return result.finally(end) as T;
    end();
    return result;
  }

  /** Counts time that was measured elsewhere, just now and in one piece. */
  add(section: string, ms: number): void {
    this.#count(section, ms);
    this.#within(ms);
  }

  /** Counts an operation of a backend; the layers of one kind are summed up. */
  record(operation: string, direction: 'forward' | 'backward', ms: number): void {
    const [kind] = operation.split(' ', 1);
    this.add(`${KERNEL}${kind} ${direction}`, ms);
  }

  /** The sums since the last call. */
  take(): SectionTimes {
    const times = Object.fromEntries(this.#times);
    this.#times.clear();
    return times;
  }

  #count(section: string, ms: number): void {
    const time = this.#times.get(section);
    if (time === undefined) this.#times.set(section, { ms, calls: 1 });
    else {
      time.ms += ms;
      time.calls++;
    }
  }

  #within(ms: number): void {
    const frame = this.#open.at(-1);
    if (frame !== undefined) frame.inner += ms;
  }
}
