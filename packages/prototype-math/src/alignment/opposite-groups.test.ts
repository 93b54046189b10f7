import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaleToUnit, unitRows } from '../class-table/unit-rows.ts';
import { wholeMatrix, type Block } from '../linear-algebra/block.ts';
import { centred, innerProducts, reorderRows } from '../test-data/alignment-problem.ts';
import { gaussianTable } from '../test-data/tables.ts';
import { oppositeGroups } from './opposite-groups.ts';

const sorted = (groups: readonly (readonly number[])[]) =>
  groups.map((group) => group.toSorted((a, b) => a - b)).toSorted((a, b) => a[0] - b[0]);

test('every row is in one group, and sizes differ by one at most', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (count, pick, seed) => {
      const groupCount = 1 + (pick % Math.floor(count / 2));
      const groups = oppositeGroups(unitRows(gaussianTable(seed, count, 6)), groupCount);
      expect(groups.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, row) => row));
      expect(groups).toHaveLength(groupCount);
      for (const { length } of groups) expect(Math.abs(length - count / groupCount)).toBeLessThan(1);
    }),
    { seed: 1 },
  );
});

test('groups are those of the plain greedy search, with ties', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 30 }),
      fc.nat(),
      fc.nat(),
      fc.boolean(),
      (count, pick, seed, coarse) => {
        const rows = unitRows(gaussianTable(seed, count, 3));
        // On few points, so that many cosines are equal.
        if (coarse) for (let at = 0; at < rows.data.length; at++) rows.data[at] = Math.sign(rows.data[at]);
        const groupCount = 1 + (pick % Math.floor(count / 2));
        expect(oppositeGroups(rows, groupCount)).toEqual(plainGroups(rows, groupCount));
      },
    ),
    { seed: 5, numRuns: 200 },
  );
});

/** As it is written: every free pair is looked at for each group. */
function plainGroups(rows: Block, groupCount: number): number[][] {
  const { rows: count } = rows;
  const directions = centred(rows.data, count);
  for (let from = 0; from < directions.length; from += rows.cols)
    scaleToUnit(directions.subarray(from, from + rows.cols));
  const cosines = innerProducts(directions, directions, count);
  let free = Array.from({ length: count }, (_, row) => row);
  const groups: number[][] = [];
  for (let open = groupCount; open > 0; open--) {
    const size = Math.floor(free.length / open);
    let group = [free[0], free[1]];
    for (const i of free)
      for (const j of free)
        if (i < j && cosines[i * count + j] < cosines[group[0] * count + group[1]]) group = [i, j];
    free = free.filter((row) => !group.includes(row));
    while (group.length < size) {
      const sum = (row: number) => group.reduce((total, member) => total + cosines[member * count + row], 0);
      const best = free.reduce((least, row) => (sum(row) < sum(least) ? row : least));
      group.push(best);
      free = free.filter((row) => row !== best);
    }
    groups.push(group);
  }
  return groups;
}

test('the order of the rows has no part in it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 30 }), fc.nat(), (count, seed) => {
      const rows = unitRows(gaussianTable(seed, count, 8));
      const order = createRng(seed).shuffle(Array.from({ length: count }, (_, row) => row));
      const shuffled = wholeMatrix(reorderRows(rows.data, order, 8), count, 8);
      const groupCount = Math.floor(count / 2.5);
      const groups = oppositeGroups(shuffled, groupCount).map((group) => group.map((row) => order[row]));
      expect(sorted(groups)).toEqual(sorted(oppositeGroups(rows, groupCount)));
    }),
    { seed: 2 },
  );
});

test('pairs of opposite rows around a common mean are found', () => {
  const rng = createRng(3);
  const data = new Float64Array(8 * 5);
  for (let pair = 0; pair < 4; pair++) {
    for (let k = 0; k < 5; k++) {
      const x = rng.normal();
      data[pair * 10 + k] = 20 + x;
      data[pair * 10 + 5 + k] = 20 - x;
    }
  }
  expect(sorted(oppositeGroups(wholeMatrix(data, 8, 5), 4))).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
  ]);
});

test('cosines within groups are lower than between them', () => {
  const rows = unitRows(gaussianTable(4, 40, 24));
  const groups = oppositeGroups(rows, 16);
  const apart = centred(rows.data, 40);
  const products = innerProducts(apart, apart, 40);
  const groupOf = new Map(groups.flatMap((group, index) => group.map((row) => [row, index] as const)));
  const [within, between]: [number[], number[]] = [[], []];
  for (let i = 0; i < 40; i++) {
    for (let j = 0; j < i; j++)
      (groupOf.get(i) === groupOf.get(j) ? within : between).push(products[i * 40 + j]);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  expect(mean(within)).toBeLessThan(mean(between) - 0.2);
});
