import type { Accumulator, Reducer } from './reducer.ts';

type Results<R> = { readonly [K in keyof R]: R[K] extends Reducer<never, infer Reduced> ? Reduced : never };

/**
 * Several reducers over the same uploads, by name.
 *
 * @example
 * ```ts
 * import { reduce } from '@protonorm/strategy';
 * reduce.combine({ weights: reduce.weightedMean('w', 'n'), prototypes: reduce.meanByClass('p') }).additive; // => true
 * ```
 */
export function combine<Up, R extends Readonly<Record<string, Reducer<Up, unknown>>>>(
  reducers: R,
): Reducer<Up, Results<R>> {
  return {
    additive: Object.values(reducers).every((reducer) => reducer.additive),
    start: () =>
      new Combined<Up, Results<R>>(
        Object.entries(reducers).map(([name, reducer]) => [name, reducer.start()]),
      ),
  };
}

class Combined<Up, Reduced> implements Accumulator<Up, Reduced> {
  readonly #parts: readonly (readonly [string, Accumulator<Up, unknown>])[];

  constructor(parts: readonly (readonly [string, Accumulator<Up, unknown>])[]) {
    this.#parts = parts;
  }

  add(upload: Up, from: string): void {
    for (const [, part] of this.#parts) part.add(upload, from);
  }

  merge(other: Combined<Up, Reduced>): void {
    this.#parts.forEach(([, part], i) => part.merge(other.#parts[i][1]));
  }

  result(): Reduced {
    return Object.fromEntries(this.#parts.map(([name, part]) => [name, part.result()])) as Reduced;
  }
}
