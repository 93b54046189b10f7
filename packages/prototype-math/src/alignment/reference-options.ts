import { ProtoNormError } from '@protonorm/tensor';

/** Parameters of the released iteration; the defaults are those of its command line. */
export interface ReferenceOptions {
  /** Most passes, an integer >= 0 (released flag `-uit`). @defaultValue 500 */
  readonly iterations?: number | undefined;
  /** Step along the force, > 0 (`-ulr`). @defaultValue 0.1 */
  readonly learningRate?: number | undefined;
  /** Share of the velocity that is kept, 0..1 (`-umt`). @defaultValue 0.9 */
  readonly momentum?: number | undefined;
  /** Factor on the learning rate, in (0, 1]. @defaultValue 0.95 */
  readonly decay?: number | undefined;
  /** The decay comes after passes 0, decayEvery, 2 decayEvery, ... counted from 0; an integer >= 1. @defaultValue 10 */
  readonly decayEvery?: number | undefined;
  /**
   * Index (from 0) of the first pass whose mean force is watched; the iteration ends when ten passes in a row repeat the
   * value of the pass before, to 4 decimals (`-uest`: it moves the start of the watch; the ten are fixed). `false` makes
   * all passes. @defaultValue 10
   */
  readonly earlyStop?: number | false | undefined;
}

/** {@link ReferenceOptions} with every default filled in. */
export type ReferenceParameters = {
  [K in keyof ReferenceOptions]-?: Exclude<ReferenceOptions[K], undefined>;
};

/** Fills in the defaults; @throws `invalid-argument` for a parameter outside of its range. */
export function readReferenceOptions(options: ReferenceOptions): ReferenceParameters {
  const {
    iterations = 500,
    learningRate = 0.1,
    momentum = 0.9,
    decay = 0.95,
    decayEvery = 10,
    earlyStop = 10,
  } = options;
  const requirements: [name: string, value: unknown, holds: boolean, range: string][] = [
    ['iterations', iterations, Number.isSafeInteger(iterations) && iterations >= 0, 'an integer >= 0'],
    ['learningRate', learningRate, Number.isFinite(learningRate) && learningRate > 0, 'a number > 0'],
    ['momentum', momentum, momentum >= 0 && momentum <= 1, 'a number in 0..1'],
    ['decay', decay, decay > 0 && decay <= 1, 'a number in (0, 1]'],
    ['decayEvery', decayEvery, Number.isSafeInteger(decayEvery) && decayEvery >= 1, 'an integer >= 1'],
    [
      'earlyStop',
      earlyStop,
      earlyStop === false || (Number.isSafeInteger(earlyStop) && earlyStop >= 0),
      'an integer >= 0, or false to make all passes',
    ],
  ];
  for (const [name, value, holds, range] of requirements) {
    if (holds) continue;
    throw new ProtoNormError('invalid-argument', `${name} must be ${range}, received ${String(value)}.`, {
      received: value,
      expected: range,
    });
  }
  return { iterations, learningRate, momentum, decay, decayEvery, earlyStop };
}
