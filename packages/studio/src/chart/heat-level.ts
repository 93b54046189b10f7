import { heatColours } from './palette.ts';

/** Number of the colour of a value, 0 for the lowest; what is outside takes the colour of the end. */
export function heatLevel(value: number, [low, high]: readonly [number, number]): number {
  const share = high > low ? (value - low) / (high - low) : 1;
  return Math.min(heatColours.length - 1, Math.max(0, Math.floor(share * heatColours.length)));
}
