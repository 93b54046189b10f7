import { ProtoNormError, PrototypeSums, type Prototypes, type PrototypeWeighting } from '@protonorm/tensor';

/** Options of {@link aggregatePrototypes}. */
export interface AggregateOptions {
  /**
   * `uniform`: every table that holds the class counts the same, as the released code does. `samples`: each row by its
   * count, as the papers write it (FedProto arXiv 2105.00243, Eq. 6). @defaultValue 'uniform'
   */
  readonly weighting?: PrototypeWeighting | undefined;
}

/**
 * The mean of several class tables, class by class, over the tables that hold the class.
 *
 * @param tables - at least one, all of one dim; any order gives the same bits
 * @returns the classes that occur in any table; counts are the samples behind all rows of the class
 * @throws `invalid-argument` without a table or for an unknown weighting, `shape-mismatch` for tables of different dim;
 *   as `checkPrototypes`
 * @example
 * ```ts
 * import { aggregatePrototypes } from '@protonorm/prototype-math';
 * const one = { dim: 1, classes: Int32Array.of(4), counts: Float64Array.of(1), vectors: Float32Array.of(1) };
 * const two = { dim: 1, classes: Int32Array.of(4), counts: Float64Array.of(3), vectors: Float32Array.of(5) };
 * aggregatePrototypes([one, two]).vectors[0]; // => 3
 * aggregatePrototypes([one, two], { weighting: 'samples' }).vectors[0]; // => 4
 * ```
 */
export function aggregatePrototypes(
  tables: Iterable<Prototypes>,
  options: AggregateOptions = {},
): Prototypes {
  const { weighting = 'uniform' } = options;
  if (weighting !== 'uniform' && weighting !== 'samples') {
    throw new ProtoNormError('invalid-argument', `There is no weighting '${String(weighting)}'.`, {
      received: weighting,
      expected: ['uniform', 'samples'],
      hint: "Take 'uniform' or 'samples'.",
    });
  }
  let sums: PrototypeSums | undefined;
  for (const table of tables) {
    sums ??= new PrototypeSums(table.dim, weighting);
    sums.add(table);
  }
  if (sums === undefined) {
    throw new ProtoNormError(
      'invalid-argument',
      'There is no table to aggregate, so not even the dim is known.',
      {
        hint: 'Keep the table of the round before when no client answered.',
      },
    );
  }
  return sums.mean();
}
