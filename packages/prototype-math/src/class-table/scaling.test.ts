import { emptyPrototypes } from '@protonorm/tensor';
import { expect, test } from 'vitest';
import { gaussianTable, tableOf } from '../test-data/tables.ts';
import { normalise } from './normalise.ts';
import { upscale } from './upscale.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

test('normalise keeps directions and the table around them', () => {
  const table = tableOf(
    [
      [3, 4],
      [0, -2],
    ],
    { classes: [1, 5], counts: [2, 7] },
  );
  const unit = normalise(table);
  expect(unit).toEqual(
    tableOf(
      [
        [0.6, 0.8],
        [0, -1],
      ],
      { classes: [1, 5], counts: [2, 7] },
    ),
  );
  expect(unit.classes.buffer).not.toBe(table.classes.buffer);
  expect(normalise(emptyPrototypes(3))).toEqual(emptyPrototypes(3));
});

test('normalise refuses zero vectors and malformed tables', () => {
  expect(() => normalise(tableOf([[0, 0]], { classes: [3] }))).toThrow(code('zero-vector'));
  expect(() => normalise(tableOf([[Infinity, 0]]))).toThrow(code('not-finite'));
});

test('upscale multiplies every vector', () => {
  const table = gaussianTable(1, 3, 4);
  const { vectors, classes, counts } = upscale(table, 80);
  expect(vectors).toEqual(table.vectors.map((x) => 80 * x));
  expect({ classes, counts }).toEqual({ classes: table.classes, counts: table.counts });
});

test('upscale refuses scales that destroy the vectors', () => {
  for (const scale of [0, -1, NaN, Infinity]) {
    expect(() => upscale(gaussianTable(1, 2, 2), scale)).toThrow(code('invalid-argument'));
  }
  expect(() => upscale(tableOf([[1e20]]), 1e30)).toThrow(code('not-finite'));
});
