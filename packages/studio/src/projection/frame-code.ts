/** Digits of the code: 64 characters that need no escape anywhere. */
export const FRAME_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const LEVELS = FRAME_ALPHABET.length ** 2;

/**
 * Coordinates in -1..1 as text, two characters each (steps of 1/2048, a tenth of a pixel); a missing point is '..'.
 *
 * @param points - per class three coordinates, or null for a class that is not there
 */
export function encodeFrame(points: readonly (readonly [number, number, number] | null)[]): string {
  return points.map((point) => (point === null ? '......' : point.map(encodeCoordinate).join(''))).join('');
}

function encodeCoordinate(value: number): string {
  const level = Math.min(LEVELS - 1, Math.max(0, Math.round(((value + 1) / 2) * (LEVELS - 1))));
  return FRAME_ALPHABET[level >> 6] + FRAME_ALPHABET[level & 63];
}
