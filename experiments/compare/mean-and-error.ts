/** Mean of a sample and its standard error. */
export interface MeanAndError {
  readonly mean: number;
  /** Null for one value, which has no spread. */
  readonly error: number | null;
}

/** Over values such as one for each seed; null when there is none or one is missing: a mean of the others would flatter. */
export function meanAndError(values: readonly (number | null)[]): MeanAndError | null {
  const present = values.filter((value) => value !== null);
  const n = present.length;
  if (n === 0 || n < values.length) return null;
  const mean = present.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, error: null };
  const squares = present.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (n - 1) / n) };
}
