import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_ROTATION, rotate, turned, type Rotation } from './rotation.ts';

const angle = fc.double({ min: -7, max: 7, noNaN: true });
const turn = fc.record({ right: angle, up: angle });

it('stays a rotation, however often it is turned, and is undone by turning back', () => {
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 12 }), turn, (turns, last) => {
      const rotation = turns.reduce<Rotation>(turned, NO_ROTATION);
      const dot = (a: readonly number[], b: readonly number[]): number =>
        a.reduce((sum, x, k) => sum + x * b[k], 0);
      rotation.forEach((row, i) =>
        rotation.forEach((other, j) => expect(dot(row, other)).toBeCloseTo(i === j ? 1 : 0, 10)),
      );
      const [x, y, z] = rotation;
      const cross = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]];
      expect(dot(cross, z)).toBeCloseTo(1, 10);
      const back = turned(turned(turned(rotation, last), { right: 0, up: -last.up }), {
        right: -last.right,
        up: 0,
      });
      expect(back.flat().every((value, at) => Math.abs(value - rotation.flat()[at]) < 1e-9)).toBe(true);
    }),
  );
});

it('turns what faces the reader to the right and upward', () => {
  expect(rotate(turned(NO_ROTATION, { right: 0.1, up: 0 }), [0, 0, 1])[0]).toBeGreaterThan(0);
  expect(rotate(turned(NO_ROTATION, { right: 0, up: 0.1 }), [0, 0, 1])[1]).toBeGreaterThan(0);
});
