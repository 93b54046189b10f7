import { createRng } from '@protonorm/tensor';
import { expect, test } from 'vitest';
import { unitRows } from '../class-table/unit-rows.ts';
import { gaussianTable, reluTable } from '../test-data/tables.ts';
import { align } from './align.ts';
import { identityKept } from './identity.ts';

test('a table is its own nearest target, also around a large common mean', () => {
  for (const table of [gaussianTable(1, 70, 40), reluTable(1, 70, 40)]) {
    const rows = unitRows(table);
    const targets = Float64Array.from(align(table, { method: 'orthoSimplices' }).prototypes.vectors);
    expect(identityKept(rows, targets)).toBe(1);
  }
});

test('classes that changed places are counted', () => {
  const rows = unitRows(gaussianTable(2, 100, 30));
  const targets = rows.data.slice();
  targets.copyWithin(0, 30, 60); // class 0 gets the target of class 1 ...
  targets.set(rows.data.subarray(0, 30), 30); // ... and the other way round
  expect(identityKept(rows, targets)).toBe(0.98);
});

test('of many classes some are looked at', () => {
  const count = 3000;
  const rows = unitRows(gaussianTable(3, count, 8));
  const order = createRng(1).shuffle(Array.from({ length: count }, (_, i) => i));
  const mixed = new Float64Array(count * 8);
  order.forEach((from, to) => mixed.set(rows.data.subarray(from * 8, from * 8 + 8), to * 8));
  expect(identityKept(rows, rows.data)).toBe(1);
  expect(identityKept(rows, mixed)).toBeLessThan(0.01);
});

test('no class is none that was mixed up', () => {
  expect(
    identityKept({ data: new Float64Array(0), offset: 0, stride: 3, rows: 0, cols: 3 }, new Float64Array(0)),
  ).toBe(1);
});
