import type { Dataset } from '@protonorm/tensor';

import { digitsLabels, digitsPixels } from './digits-pixels.ts';

/**
 * The digits of scikit-learn (`load_digits`): 1,797 handwritten digits of 8 x 8 pixels with values 0..16, 10 classes, in
 * scikit-learn's order, bundled with this package.
 *
 * It is the test part of UCI's "Optical Recognition of Handwritten Digits" (E. Alpaydin, C. Kaynak), CC BY 4.0.
 * Normalised as in the reference runs: x = (v / 16 - 0.5) / 0.5, so in [-1, 1].
 *
 * @returns a fresh copy that belongs to the caller; decoding takes about a millisecond
 * @example
 * ```ts
 * import { digitsDataset } from '@protonorm/datasets';
 * const digits = digitsDataset();
 * [digits.length, digits.classes, ...digits.shape]; // => [1797, 10, 8, 8, 1]
 * ```
 */
export function digitsDataset(): Dataset {
  return {
    name: 'digits',
    shape: [8, 8, 1],
    classes: 10,
    classNames: Array.from('0123456789'),
    length: digitsLabels.length,
    inputs: decodePixels(digitsPixels, digitsLabels.length * 64),
    labels: Int32Array.from(digitsLabels, Number),
    normalise: { divisor: 16, mean: 0.5, std: 0.5 },
    source: 'scikit-learn load_digits; UCI Optical Recognition of Handwritten Digits (Alpaydin, Kaynak 1998)',
    licence: 'CC-BY-4.0',
  };
}

function decodePixels(base64: string, count: number): Uint8Array {
  const stream = atob(base64);
  const pixels = new Uint8Array(count);
  let position = 0;
  const bit = () => (stream.charCodeAt(position >> 3) >> (7 - (position++ & 7))) & 1;
  for (let i = 0; i < count; i++) {
    if (bit()) pixels[i] = 1 + bit() * 8 + bit() * 4 + bit() * 2 + bit();
  }
  return pixels;
}
