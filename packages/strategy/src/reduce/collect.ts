import type { Accumulator, Reducer } from './reducer.ts';

/** One upload and its sender. */
export interface Collected<Up> {
  readonly from: string;
  readonly upload: Up;
}

/**
 * All uploads, sorted by client: for servers that need single ones (FedGH, FedTGP); rules out secure aggregation.
 *
 * @example
 * ```ts
 * import { reduce, t, type MessageValue } from '@protonorm/strategy';
 * const up = { prototypes: t.prototypes('d') };
 * reduce.collect<MessageValue<typeof up>>().additive; // => false
 * ```
 */
export function collect<Up>(): Reducer<Up, readonly Collected<Up>[]> {
  return { additive: false, start: () => new Collector<Up>() };
}

class Collector<Up> implements Accumulator<Up, readonly Collected<Up>[]> {
  readonly #uploads: Collected<Up>[] = [];

  add(upload: Up, from: string): void {
    this.#uploads.push({ from, upload });
  }

  merge(other: Collector<Up>): void {
    this.#uploads.push(...other.#uploads);
  }

  result(): readonly Collected<Up>[] {
    return [...this.#uploads].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  }
}
