import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { checkDataset, sliceDataset } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';

import { digitsDataset } from './digits.ts';

const csv = new URL('../../../../../shared/data/digits/digits.csv.gz', import.meta.url);
const has = existsSync(csv);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('digitsDataset', () => {
  it('holds the 1,797 images of scikit-learn', () => {
    const digits = checkDataset(digitsDataset());
    expect([digits.length, digits.classes, digits.shape]).toEqual([1797, 10, [8, 8, 1]]);
    expect(sha256(digits.inputs as Uint8Array)).toBe(
      '8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3',
    );
    expect(sha256(Uint8Array.from(digits.labels))).toBe(
      '8ba4f891220f5e4c9c819638d1602d74b83618f167043c6da52a2a247841ddf0',
    );
    const counts = sliceDataset(digits, Int32Array.from(digits.labels.keys())).classCounts();
    expect([...counts]).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
  });

  it('is normalised to [-1, 1] without rounding', () => {
    const [batch] = sliceDataset(digitsDataset(), Int32Array.of(0)).batches({ batchSize: 1 });
    expect([...batch.inputs.subarray(0, 8)]).toEqual([-1, -1, -0.375, 0.625, 0.125, -0.875, -1, -1]);
    expect(batch.labels[0]).toBe(0);
  });

  it('gives a copy', () => {
    digitsDataset().inputs.fill(7);
    expect(digitsDataset().inputs[2]).toBe(5);
  });

  it.skipIf(!has)('equals the csv in order (skipped without ../shared)', () => {
    const rows = gunzipSync(readFileSync(csv)).toString('utf8').trim().split('\n').slice(1);
    const values = rows.map((row) => row.split(',').map(Number));
    const digits = digitsDataset();
    expect(Array.from(digits.inputs)).toEqual(values.flatMap((row) => row.slice(0, 64)));
    expect(Array.from(digits.labels)).toEqual(values.map((row) => row[64]));
  });
});
