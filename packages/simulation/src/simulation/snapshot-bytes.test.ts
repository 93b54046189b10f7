import { expect, test } from 'vitest';
import { SnapshotBytes } from './snapshot-bytes.ts';

test('the arrays of the latest snapshot are not used again, those before it are', () => {
  const bytes = new SnapshotBytes();
  const snapshot = () => {
    const arrays = [bytes.take(4), bytes.take(4), bytes.take(8)];
    bytes.handOut(arrays);
    bytes.freeEarlier();
    return arrays;
  };
  const [first, second, third] = [snapshot(), snapshot(), snapshot()];
  expect(first.map(({ length }) => length)).toEqual([4, 4, 8]);
  expect(new Set([...first, ...second]).size).toBe(6);
  expect(new Set(third)).toEqual(new Set(first));
});

test('lengths that no snapshot has any more are forgotten', () => {
  const bytes = new SnapshotBytes();
  const old = bytes.take(4);
  for (const array of [old, bytes.take(8), bytes.take(8)]) {
    bytes.handOut([array]);
    bytes.freeEarlier();
  }
  expect(bytes.take(4)).not.toBe(old);
});
