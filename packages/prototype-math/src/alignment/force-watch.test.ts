import { expect, test } from 'vitest';
import { createForceWatch } from './force-watch.ts';

/** Pass (from 0) after which the watch stops, or -1. */
function stopsAfter(from: number | false, forces: (pass: number) => number, passes = 100): number {
  const shouldStop = createForceWatch(from);
  for (let pass = 0; pass < passes; pass++) if (shouldStop(pass, forces(pass))) return pass;
  return -1;
}

test('ten repeats after the first watched pass', () => {
  expect(stopsAfter(10, () => 4.5)).toBe(20);
  expect(stopsAfter(0, () => 4.5)).toBe(10);
  expect(stopsAfter(25, () => 4.5)).toBe(35);
});

test('false never stops', () => {
  expect(stopsAfter(false, () => 4.5)).toBe(-1);
});

test('values are compared to 4 decimals', () => {
  expect(stopsAfter(0, (pass) => 4.5 + (pass % 2) * 4e-5)).toBe(10);
  expect(stopsAfter(0, (pass) => 4.5 + (pass % 2) * 6e-5)).toBe(-1);
});

test('one other value starts the count again', () => {
  expect(stopsAfter(0, (pass) => (pass === 9 ? 5 : 4.5))).toBe(20);
  expect(stopsAfter(0, (pass) => (pass < 10 ? 5 : 4.5))).toBe(20);
});
