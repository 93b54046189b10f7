import { ProtoNormError } from '@protonorm/tensor';

/** A sample of a series: the values of each channel over time; NaN where one is missing. */
export type Series = readonly Float64Array[];

/** Settings of {@link stackSeries}. */
export interface StackOptions {
  /** Steps T of every sample: longer ones are cut at the end. Without it, the longest sample. An integer >= 1. */
  readonly length?: number;
  /**
   * Brings each channel to mean 0 and standard deviation 1 (of the population) over all values of all samples, before
   * cutting and padding. A channel with one value everywhere becomes 0.
   *
   * @defaultValue true
   */
  readonly standardise?: boolean;
  /**
   * What stands for a missing value: the mean of its channel over all samples, or the last value before it in its sample
   * (the mean, where there is none).
   */
  readonly fillMissing?: 'mean' | 'previous';
}

/**
 * Series of any lengths as one array, sample by sample, step by step, channel by channel; short ones end with zeros, which
 * after standardising is the mean.
 *
 * @param samples - at least one, all with the same number of channels C >= 1
 * @returns shape [T, 1, C] of a sample, and the values of all
 * @throws `invalid-argument` for a length that is no integer >= 1
 */
export function stackSeries(
  samples: readonly Series[],
  options: StackOptions = {},
): { readonly shape: readonly [number, 1, number]; readonly inputs: Float32Array } {
  const { standardise = true, fillMissing = 'mean' } = options;
  const longest = samples.reduce((most, sample) => Math.max(most, ...sample.map(({ length }) => length)), 1);
  const { length = longest } = options;
  if (!(Number.isInteger(length) && length >= 1)) {
    throw new ProtoNormError(
      'invalid-argument',
      `The length of series must be an integer >= 1, received ${length}.`,
      { received: length },
    );
  }
  const channels = samples[0].length;
  const inputs = new Float32Array(samples.length * length * channels);
  for (let channel = 0; channel < channels; channel++) {
    const moments = momentsOf(samples.map((sample) => sample[channel]));
    const shift = standardise ? moments.mean : 0;
    const scale = standardise && moments.deviation > 0 ? moments.deviation : 1;
    samples.forEach((sample, row) => {
      const values = sample[channel];
      let previous = moments.mean;
      for (let t = 0; t < Math.min(length, values.length); t++) {
        if (!Number.isNaN(values[t])) previous = values[t];
        const value = Number.isNaN(values[t]) && fillMissing === 'mean' ? moments.mean : previous;
        inputs[(row * length + t) * channels + channel] = (value - shift) / scale;
      }
    });
  }
  return { shape: [length, 1, channels], inputs };
}

/** Mean and standard deviation of all values that are there; 0 and 0 when none is. */
function momentsOf(parts: readonly Float64Array[]): { readonly mean: number; readonly deviation: number } {
  let count = 0;
  let sum = 0;
  let first = Number.NaN;
  let constant = true;
  for (const part of parts) {
    for (const value of part) {
      if (Number.isNaN(value)) continue;
      if (count === 0) first = value;
      else if (value !== first) constant = false;
      count++;
      sum += value;
    }
  }
  // Exactly, because the sum of equal values rounds and would leave a tiny deviation to divide by.
  if (constant) return { mean: count === 0 ? 0 : first, deviation: 0 };
  const mean = sum / count;
  let squares = 0;
  for (const part of parts) {
    for (const value of part) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  return { mean, deviation: Math.sqrt(squares / count) };
}
