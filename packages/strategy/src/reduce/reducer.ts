/** What a reducer gathers over the uploads of a round. */
export interface Accumulator<Up, Reduced> {
  /** Takes an accepted upload; a client uploads at most once a round. */
  add(upload: Up, from: string): void;
  /** Takes over what another accumulator of the same reducer gathered (relays, several servers). */
  merge(other: Accumulator<Up, Reduced>): void;
  /** The result; the same bits in whatever order and grouping uploads were added. */
  result(): Reduced;
}

/**
 * How uploads become one value: declared, not coded in the strategy, so that additive reducers can be streamed, summed
 * by relays and run under secure aggregation.
 */
export interface Reducer<Up, Reduced> {
  /** True when only sums of uploads are needed, false when single uploads are. */
  readonly additive: boolean;
  start(): Accumulator<Up, Reduced>;
}
