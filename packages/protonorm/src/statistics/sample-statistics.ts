/** A sample of numbers, such as one for each seed. */
export interface SampleStatistics {
  readonly n: number;
  readonly mean: number;
  /** With the divisor n - 1; null for one number, which has no spread. */
  readonly sd: number | null;
  /** Standard error of the mean: sd / sqrt(n); null for one number. */
  readonly standardError: number | null;
}

/** Mean, sample standard deviation and standard error of the mean; null for no numbers. */
export function sampleStatistics(values: readonly number[]): SampleStatistics | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return { n, mean, sd: null, standardError: null };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, sd, standardError: sd / Math.sqrt(n) };
}

/**
 * The difference a - b of two samples of the same seeds, a pair for each: its standard error is that of the pairs'
 * differences, so that what a seed makes easier or harder for both does not count.
 *
 * @throws RangeError when the lengths differ
 */
export function pairedDifference(a: readonly number[], b: readonly number[]): SampleStatistics | null {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} values are no pairs.`);
  return sampleStatistics(a.map((value, i) => value - b[i]));
}
