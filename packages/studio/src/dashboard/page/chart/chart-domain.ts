import { roundStep } from '../../../chart/axis-ticks.ts';

/** Round numbers that hold all values. */
export function niceDomain(
  values: readonly number[],
  { least = -Infinity, most = Infinity }: { readonly least?: number; readonly most?: number } = {},
): readonly [number, number] {
  if (values.length === 0) return [Math.max(0, least), Math.min(1, most)];
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const step = roundStep((high - low) / 4 || Math.abs(high) / 4 || 1);
  const from = Math.max(least, Math.floor(low / step - 1e-9) * step);
  const to = Math.min(most, Math.ceil(high / step + 1e-9) * step);
  return from < to ? [from, to] : [from - step, to];
}

/** Round numbers inside of a range, about four. */
export function valueTicks([from, to]: readonly [number, number]): readonly number[] {
  const step = roundStep((to - from) / 4);
  const first = Math.ceil(from / step - 1e-9);
  const count = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}
