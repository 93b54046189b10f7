/**
 * The sum of a contiguous float64 array in the order of `np.sum`: eight running sums, halves above 128 elements.
 *
 * Another order gives another last bit, and with it another index in a reference partition.
 */
export function pairwiseSum(values: Float64Array): number {
  const n = values.length;
  if (n > 128) {
    const half = Math.floor(n / 2);
    const middle = half - (half % 8);
    return pairwiseSum(values.subarray(0, middle)) + pairwiseSum(values.subarray(middle));
  }
  if (n < 8) {
    let sum = 0;
    for (const value of values) sum += value;
    return sum;
  }
  const r = values.slice(0, 8);
  let i = 8;
  for (; i < n - (n % 8); i += 8) for (let k = 0; k < 8; k++) r[k] += values[i + k];
  let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]));
  for (; i < n; i++) sum += values[i];
  return sum;
}
