import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unitRows } from '../class-table/unit-rows.ts';
import { gaussianTable, tableOf } from '../test-data/tables.ts';
import { coincidingRows } from './coinciding-rows.ts';

const groupsOf = (rows: number[][]) => coincidingRows(unitRows(tableOf(rows)));

test('equal and parallel rows are grouped, in the order of their first row', () => {
  expect(
    groupsOf([
      [1, 0, 0],
      [0, 1, 0],
      [2, 0, 0],
      [0, 0, 1],
      [0, 3, 0],
      [7, 0, 0],
    ]),
  ).toEqual([
    [0, 2, 5],
    [1, 4],
  ]);
});

test('opposite and merely close rows are not', () => {
  expect(
    groupsOf([
      [1, 0],
      [-1, 0],
      [1, 1e-6],
    ]),
  ).toEqual([]);
});

test('parallel rows whose float32 entries were rounded apart are grouped', () => {
  const rows = Array.from({ length: 4 }, (_, i) =>
    Array.from({ length: 50 }, (_, k) => Math.sin(k + 1) * 3 ** i),
  );
  expect(groupsOf(rows)).toEqual([[0, 1, 2, 3]]);
});

test('rows that are all equal, one row, and one dimension', () => {
  expect(groupsOf(Array.from({ length: 50 }, () => [1, 2, 3]))).toEqual([
    Array.from({ length: 50 }, (_, i) => i),
  ]);
  expect(groupsOf([[4, 5]])).toEqual([]);
  expect(groupsOf([[4], [-1], [2]])).toEqual([[0, 2]]);
});

test('copies are found wherever they are put', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
      (seed, from, to) => {
        fc.pre(from !== to);
        const table = gaussianTable(seed, 10, 6);
        table.vectors.copyWithin(to * 6, from * 6, (from + 1) * 6);
        expect(coincidingRows(unitRows(table))).toEqual([[Math.min(from, to), Math.max(from, to)]]);
      },
    ),
    { seed: 1 },
  );
});
