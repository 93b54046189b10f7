import { emptyPrototypes } from '@protonorm/tensor';
import { expect, test } from 'vitest';
import { gaussianTable, tableOf } from '../test-data/tables.ts';
import { aggregatePrototypes } from './aggregate-prototypes.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

test('each class is averaged over the tables that hold it', () => {
  const tables = [
    tableOf(
      [
        [1, 0],
        [4, 4],
      ],
      { classes: [0, 2], counts: [1, 2] },
    ),
    tableOf([[3, 6]], { classes: [0], counts: [3] }),
    emptyPrototypes(2),
  ];
  expect(aggregatePrototypes(tables)).toEqual(
    tableOf(
      [
        [2, 3],
        [4, 4],
      ],
      { classes: [0, 2], counts: [4, 2] },
    ),
  );
  expect(aggregatePrototypes(tables, { weighting: 'samples' })).toEqual(
    tableOf(
      [
        [2.5, 4.5],
        [4, 4],
      ],
      { classes: [0, 2], counts: [4, 2] },
    ),
  );
});

test('the order of the tables does not change a bit', () => {
  const tables = Array.from({ length: 9 }, (_, i) => gaussianTable(i, 4, 7));
  expect(aggregatePrototypes(tables.toReversed())).toEqual(aggregatePrototypes(tables));
});

test('bad input', () => {
  expect(() => aggregatePrototypes([])).toThrow(code('invalid-argument'));
  expect(() => aggregatePrototypes([tableOf([[1]]), tableOf([[1, 2]])])).toThrow(code('shape-mismatch'));
  expect(() => aggregatePrototypes([tableOf([[NaN]])])).toThrow(code('not-finite'));
  expect(() => aggregatePrototypes([tableOf([[1]])], { weighting: 'equal' as 'uniform' })).toThrow(
    code('invalid-argument'),
  );
});
