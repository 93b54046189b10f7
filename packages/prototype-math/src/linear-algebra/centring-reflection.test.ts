import { createRng } from '@protonorm/tensor';
import { expect, test } from 'vitest';
import { maxDifference } from '../test-data/tables.ts';
import { wholeMatrix } from './block.ts';
import { reflectCentring } from './centring-reflection.ts';

test('row 0 becomes sqrt(n) times the mean, norms stay, and twice is the identity', () => {
  const [n, d] = [7, 3];
  const rng = createRng(1);
  const data = Float64Array.from({ length: n * d }, () => rng.normal());
  const rows = wholeMatrix(data.slice(), n, d);
  reflectCentring(rows);
  for (let k = 0; k < d; k++) {
    const column = Array.from({ length: n }, (_, i) => data[i * d + k]);
    const reflected = Array.from({ length: n }, (_, i) => rows.data[i * d + k]);
    expect(reflected[0]).toBeCloseTo(column.reduce((sum, x) => sum + x) / Math.sqrt(n), 14);
    expect(Math.hypot(...reflected)).toBeCloseTo(Math.hypot(...column), 14);
  }
  reflectCentring(rows);
  expect(maxDifference(rows.data, data)).toBeLessThan(1e-15);
});
