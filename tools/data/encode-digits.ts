/**
 * Writes the bundled digits: `npx node tools/data/encode-digits.ts digits.csv[.gz]`.
 *
 * The csv is scikit-learn's (a header line, then 64 pixels 0..16 and the class for each image). A pixel of 0 (half of
 * them) becomes one bit, any other five: 43.9 kB instead of 71.9 kB at 5 bits, for a decoder of ten lines.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The pixels as a bit stream: 0 for the value 0; 1 and four bits of value - 1, high bit first, for 1..16. */
function encodePixels(pixels: Iterable<number>): Uint8Array {
  const bits: number[] = [];
  for (const pixel of pixels) {
    if (pixel === 0) bits.push(0);
    else bits.push(1, ...[3, 2, 1, 0].map((shift) => ((pixel - 1) >> shift) & 1));
  }
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => (bytes[i >> 3] |= bit << (7 - (i & 7))));
  return bytes;
}

/** Rows of the csv: 64 pixels and a label each. */
function parseDigitsCsv(text: string): { pixels: number[]; labels: number[] } {
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  return { pixels: rows.flatMap((row) => row.slice(0, 64)), labels: rows.map((row) => row[64]) };
}

/** The generated TypeScript file. */
export function digitsModule(text: string): string {
  const { pixels, labels } = parseDigitsCsv(text);
  const base64 = Buffer.from(encodePixels(pixels)).toString('base64');
  return `// Written by tools/data/encode-digits.ts from scikit-learn's digits.csv (UCI, CC BY 4.0). Do not edit.

/** Bit stream of ${pixels.length} pixels in base64: 0 is the value 0; 1 and four bits b are the value b + 1. */
export const digitsPixels =
  '${base64}';

/** The class of each image, one character each. */
export const digitsLabels =
  '${labels.join('')}';
`;
}

if (import.meta.main) {
  const file = readFileSync(process.argv[2]);
  const text = (file[0] === 0x1f ? gunzipSync(file) : file).toString('utf8');
  const target = new URL('../../packages/datasets/src/digits/digits-pixels.ts', import.meta.url);
  writeFileSync(target, digitsModule(text));
}
