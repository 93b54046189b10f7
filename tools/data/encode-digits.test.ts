import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { digitsModule } from './encode-digits.ts';

const csv = new URL('../../../shared/data/digits/digits.csv.gz', import.meta.url);
const bundled = new URL('../../packages/datasets/src/digits/digits-pixels.ts', import.meta.url);
const has = existsSync(csv);

describe('digitsModule', () => {
  it('writes a bit for 0 and five bits for the others', () => {
    const row = [0, 16, 1, ...new Array<number>(61).fill(0), 7];
    const module = digitsModule(`header\n${row.join(',')}\n`);
    const [, base64] = /digitsPixels =\n {2}'(.*)'/.exec(module)!;
    const bits = Array.from(Buffer.from(base64, 'base64'), (byte) => byte.toString(2).padStart(8, '0')).join(
      '',
    );
    expect(bits.slice(0, 12)).toBe('011111100000');
    expect(module).toContain("digitsLabels =\n  '7'");
  });

  it.skipIf(!has)('gives the file that datasets bundles (skipped without ../shared)', () => {
    expect(readFileSync(bundled, 'utf8')).toBe(digitsModule(gunzipSync(readFileSync(csv)).toString('utf8')));
  });
});
