import fc from 'fast-check';
import type { Prototypes } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { usableTables } from '../geometry/usable-tables.ts';
import { sampleInput } from '../test-data/sample-input.ts';
import type { ReportRun } from '../report/report-input.ts';
import { encodeFrame, FRAME_ALPHABET } from './frame-code.ts';
import { prototypeFrames } from './prototype-frames.ts';
import { rimLabels } from './rim-labels.ts';

function table(rows: readonly (readonly number[])[], classes = rows.map((_, i) => i)): Prototypes {
  return {
    dim: rows[0]?.length ?? 2,
    classes: Int32Array.from(classes),
    counts: new Float64Array(rows.length).fill(1),
    vectors: Float32Array.from(rows.flat()),
  };
}

function runWith(...tables: readonly Record<string, Prototypes>[]): ReportRun {
  const [run] = sampleInput({ rounds: 1, dim: 2 }).runs;
  return { ...run, prototypes: tables.map((of, round) => ({ round, tables: of })) };
}

function framesOf(...tables: readonly Record<string, Prototypes>[]) {
  return prototypeFrames(usableTables(runWith(...tables)));
}

describe('prototypeFrames', () => {
  it('keeps lengths and angles of three dimensions, whatever the norms', () => {
    const frames = framesOf({ prototypes: table([[3, 0, 0], [0, 0.5, 0], [0, 0, -80]]) })!; // prettier-ignore
    const points = frames.tables[0].frames[0]!.points.map((point) => point!);
    points.forEach((a, i) =>
      points.forEach((b, j) => {
        expect(a[0] * b[0] + a[1] * b[1] + a[2] * b[2]).toBeCloseTo(i === j ? 1 : 0, 6);
      }),
    );
    expect(frames.tables[0].frames[0]!.closest!.angleRad).toBeCloseTo(Math.PI / 2, 6);
  });

  it('stays inside of the unit ball', () => {
    const run = sampleInput({ rounds: 4, dim: 40 }).runs.at(-1)!;
    const frames = prototypeFrames(usableTables(run))!;
    expect(frames.tables.map(({ name }) => name)).toEqual(['aggregated', 'prototypes']);
    for (const { frames: some } of frames.tables) {
      for (const frame of some) {
        for (const point of frame!.points) expect(Math.hypot(...point!)).toBeLessThan(1 + 1e-6);
      }
    }
    expect(frames.share).toBeGreaterThan(0);
    expect(frames.share).toBeLessThanOrEqual(1);
  });

  it('leaves out classes that a round has not, and vectors without a direction', () => {
    const frames = framesOf(
      { prototypes: table([[1, 0], [0, 0]], [2, 5]) },
      { prototypes: table([[1, 1]], [7]) },
    )!; // prettier-ignore
    expect(frames.classes).toEqual([2, 5, 7]);
    const [first, second] = frames.tables[0].frames;
    expect(first!.points.map((point) => point !== null)).toEqual([true, false, false]);
    expect(second!.points.map((point) => point !== null)).toEqual([false, false, true]);
    expect(second!.closest).toBeNull();
  });

  it('has nothing to draw for a run without tables', () => {
    expect(framesOf()).toBeUndefined();
    expect(framesOf({ prototypes: table([]) })).toBeUndefined();
  });

  it('drops rounds of another dimension and tables that are not finite', () => {
    const usable = usableTables(runWith({ prototypes: table([[1, 0]]) }, { prototypes: table([[NaN, 1]]) }));
    expect(usable.rounds.length).toBe(1);
    expect(usable.broken).toMatchObject([{ round: 1, name: 'prototypes' }]);
    const frames = framesOf({ prototypes: table([[1, 0, 0]]) }, { prototypes: table([[1, 0]]) })!;
    expect(frames.tables[0].frames[0]).toBeNull();
    expect(frames.dim).toBe(2);
  });
});

describe('encodeFrame', () => {
  it('keeps coordinates to a tenth of a pixel', () => {
    const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(coordinate, coordinate, coordinate), (point) => {
        const code = encodeFrame([point, null]);
        expect(code).toMatch(/^[A-Za-z0-9_-]{6}\.{6}$/);
        point.forEach((value, k) => {
          const digits = [0, 1].map((at) => FRAME_ALPHABET.indexOf(code[2 * k + at]));
          expect(Math.abs(((64 * digits[0] + digits[1]) / 4095) * 2 - 1 - value)).toBeLessThan(0.1 / 140);
        });
      }),
      { seed: 1 },
    );
  });
});

describe('rimLabels', () => {
  it('never covers one name by another', () => {
    const place = fc.tuple(
      fc.double({ min: -140, max: 140, noNaN: true }),
      fc.double({ min: -140, max: 140, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(fc.option(place, { nil: null }), { maxLength: 16 }), (points) => {
        const labels = rimLabels(points, 140);
        labels.forEach((label, i) => {
          expect(label === null).toBe(points[i] === null);
          labels.slice(0, i).forEach((other) => {
            if (label === null || other === null || label.anchor !== other.anchor) return;
            expect(Math.abs(label.y - other.y)).toBeGreaterThan(15 - 1e-6);
          });
        });
      }),
      { seed: 1 },
    );
  });
});
