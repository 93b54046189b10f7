/** At most `most` of the values, evenly spaced, with the first and the last. */
export function thinOut<T>(values: readonly T[], most: number): readonly T[] {
  if (values.length <= most) return values;
  if (most < 2) return values.slice(-1);
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]);
}
