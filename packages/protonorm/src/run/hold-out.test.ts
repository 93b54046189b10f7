import { digitsDataset, partition } from '@protonorm/datasets';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { holdOut } from './hold-out.ts';

const { labels } = digitsDataset();
const splits = partition(labels, { kind: 'dirichlet', clients: 7, alpha: 0.3, seed: 3 });

it('cuts the training samples in two and leaves the test samples alone', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.nat(), (share, seed) => {
      const held = holdOut(splits, { share, seed });
      held.train.forEach((train, client) => {
        const all = splits.train[client];
        const test = held.test[client];
        expect([...train, ...test].sort()).toEqual([...all].sort());
        expect(test.length).toBe(Math.min(Math.round(share * all.length), all.length - 1));
        const place = (index: number): number => all.indexOf(index);
        for (const part of [train, test])
          expect(Array.from(part, place)).toEqual(Array.from(part, place).sort((a, b) => a - b));
      });
    }),
    { numRuns: 40 },
  );
});

it('draws by the seed', () => {
  const of = (seed: number) => holdOut(splits, { share: 0.25, seed });
  expect(of(1)).toEqual(of(1));
  expect(of(1).test).not.toEqual(of(2).test);
});

it('leaves a client its last training sample', () => {
  const one = {
    ...splits,
    train: [Int32Array.of(4), new Int32Array(0)],
    test: [splits.test[0], splits.test[1]],
  };
  expect(holdOut(one, { share: 0.9, seed: 1 }).train.map(({ length }) => length)).toEqual([1, 0]);
});
