/**
 * The gradient of a function by central differences: (f(x + step) - f(x - step)) / (2 step), entry by entry.
 *
 * @param f - smooth within `step` of x; called with the same array each time
 * @param x - shape [n]
 * @returns shape [n], float64; the error is about step^2 f''' / 6 + 1e-16 f / step
 */
export function finiteDifferences(
  f: (x: Float64Array) => number,
  x: ArrayLike<number>,
  { step = 1e-5 }: { readonly step?: number } = {},
): Float64Array {
  const at = Float64Array.from(x);
  return Float64Array.from(x, (value, i) => {
    at[i] = value + step;
    const above = f(at);
    at[i] = value - step;
    const below = f(at);
    at[i] = value;
    return (above - below) / (2 * step);
  });
}
