import { describe, expect, test } from 'vitest';
import { unitRows } from '../class-table/unit-rows.ts';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { multiplyTransposed } from '../linear-algebra/multiply-transposed.ts';
import { gaussianTable } from '../test-data/tables.ts';
import { canonicalOrder } from '../linear-algebra/canonical-order.ts';
import { leadingSubspace } from './leading-subspace.ts';

function product(a: Block, b: Block): Block {
  const out = wholeMatrix(new Float64Array(a.rows * b.rows), a.rows, b.rows);
  multiplyTransposed(out, a, b);
  return out;
}

/** Sum of squares of what a basis holds of the rows. */
const heldBy = (rows: Block, basis: Block) => product(rows, basis).data.reduce((sum, x) => sum + x * x, 0);

/** Largest deviation of the rows from orthonormal ones. */
function skewOf(basis: Block): number {
  return product(basis, basis).data.reduce(
    (worst, x, at) => Math.max(worst, Math.abs(x - (at % (basis.rows + 1) === 0 ? 1 : 0))),
    0,
  );
}

/** The rows of an identity matrix. */
function axes(count: number, d: number): Block {
  const basis = wholeMatrix(new Float64Array(count * d), count, d);
  for (let k = 0; k < count; k++) basis.data[k * d + k] = 1;
  return basis;
}

describe.each([
  ['principal directions', 100],
  ['axes above 1,024 columns', 1030],
])('%s', (_, d) => {
  const rows = unitRows(gaussianTable(1, 130, d));
  for (let at = 0; at < rows.data.length; at++) if (at % d < 40) rows.data[at] *= 0.1;
  const basis = leadingSubspace(rows, 64, canonicalOrder(rows));

  test('are orthonormal', () => {
    expect([basis.rows, basis.cols]).toEqual([64, d]);
    expect(skewOf(basis)).toBeLessThan(1e-12);
  });

  test('hold more than the first axes', () => {
    expect(heldBy(rows, basis)).toBeGreaterThan(heldBy(rows, axes(64, d)));
  });
});

test('rows of low rank are held whole', () => {
  const few = unitRows(gaussianTable(2, 5, 20));
  const rows = wholeMatrix(
    Float64Array.from({ length: 200 }, (_, at) => few.data[at % 100]),
    10,
    20,
  );
  const basis = leadingSubspace(rows, 8, canonicalOrder(rows));
  expect(skewOf(basis)).toBeLessThan(1e-12);
  expect(heldBy(rows, basis)).toBeCloseTo(10, 12);
});
