import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { innerProducts } from '../test-data/alignment-problem.ts';
import { codeTimes, codeTransposeTimes } from './block-code.ts';

const groups = [
  [3, 0],
  [1, 5, 2],
  [8, 4, 6, 7],
];

function randomMatrix(seed: number, rows: number, cols: number): Block {
  const rng = createRng(seed);
  return wholeMatrix(
    Float64Array.from({ length: rows * cols }, () => rng.normal()),
    rows,
    cols,
  );
}

test('the rows of the code are orthogonal simplices', () => {
  const unit = wholeMatrix(
    Float64Array.from({ length: 36 }, (_, at) => (at % 7 === 0 ? 1 : 0)),
    6,
    6,
  );
  const gram = innerProducts(codeTimes(unit, groups).data, codeTimes(unit, groups).data, 9);
  gram.forEach((product, at) => {
    const [i, j] = [Math.floor(at / 9), at % 9];
    const shared = groups.find((group) => group.includes(i) && group.includes(j));
    expect(product).toBeCloseTo(i === j ? 1 : shared === undefined ? 0 : -1 / (shared.length - 1), 14);
  });
});

test('the two products belong to one matrix: <K^T X, Y> = <X, K Y>', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const [x, y] = [randomMatrix(seed, 9, 4), randomMatrix(seed + 1, 6, 4)];
      const inner = (a: Float64Array, b: Float64Array) =>
        a.reduce((sum, value, at) => sum + value * b[at], 0);
      const product = wholeMatrix(new Float64Array(24).fill(7), 6, 4);
      codeTransposeTimes(product, x, { groups });
      expect(inner(product.data, y.data)).toBeCloseTo(inner(x.data, codeTimes(y, groups).data), 12);
    }),
    { seed: 1 },
  );
});
