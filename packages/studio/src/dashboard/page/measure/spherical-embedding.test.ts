import { createRng } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sphericalEmbedding } from './spherical-embedding.ts';

/** Random unit vectors, shape [n, d]. */
function directions(seed: number, { n, d }: { readonly n: number; readonly d: number }): Float64Array {
  const rng = createRng(seed);
  const rows = Float64Array.from({ length: n * d }, () => rng.normal());
  for (let at = 0; at < rows.length; at += d) {
    const row = rows.subarray(at, at + d);
    const norm = Math.hypot(...row);
    row.forEach((x, k) => (row[k] = x / norm));
  }
  return rows;
}

function angles(rows: Float64Array, d: number): Float64Array {
  const n = rows.length / d;
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let cosine = 0;
    for (let k = 0; k < d; k++) cosine += rows[i * d + k] * rows[j * d + k];
    return i === j ? 0 : Math.acos(Math.max(-1, Math.min(1, cosine)));
  });
}

function rms(a: Float64Array, b: Float64Array): number {
  const n = Math.sqrt(a.length);
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0) / (n * (n - 1)));
}

const cases = { seed: fc.nat(1e6), n: fc.integer({ min: 2, max: 12 }), d: fc.integer({ min: 2, max: 20 }) };

describe('sphericalEmbedding', () => {
  it('stays on the sphere, is never worse than its start, and tells its error', () => {
    fc.assert(
      fc.property(fc.record(cases), ({ seed, n, d }) => {
        const wanted = angles(directions(seed, { n, d }), d);
        const start = directions(seed + 1, { n, d: 3 });
        const { points, errorRad } = sphericalEmbedding(wanted, start);
        for (let at = 0; at < points.length; at += 3)
          expect(Math.hypot(points[at], points[at + 1], points[at + 2])).toBeCloseTo(1, 12);
        expect(errorRad).toBeLessThanOrEqual(rms(angles(start, 3), wanted) + 1e-12);
        expect(errorRad).toBeCloseTo(rms(angles(points, 3), wanted), 9);
      }),
      { numRuns: 60 },
    );
  });

  it('finds three-dimensional angles again from places nearby', () => {
    fc.assert(
      fc.property(fc.record({ seed: cases.seed, n: cases.n }), ({ seed, n }) => {
        const rows = directions(seed, { n, d: 3 });
        const noise = directions(seed + 1, { n, d: 3 });
        const start = rows.map((x, at) => x + 0.02 * noise[at]);
        for (let at = 0; at < start.length; at += 3) {
          const norm = Math.hypot(start[at], start[at + 1], start[at + 2]);
          for (let k = 0; k < 3; k++) start[at + k] /= norm;
        }
        expect(sphericalEmbedding(angles(rows, 3), start).errorRad).toBeLessThan(5e-3);
        expect(sphericalEmbedding(angles(rows, 3), rows).errorRad).toBeLessThan(1e-6);
      }),
      { numRuns: 40 },
    );
  });

  it('has nothing to do for one point or none', () => {
    expect(sphericalEmbedding(new Float64Array(0), new Float64Array(0))).toEqual({
      points: new Float64Array(0),
      errorRad: 0,
    });
    expect(sphericalEmbedding(Float64Array.of(0), Float64Array.of(0, 0, 1)).errorRad).toBe(0);
  });
});
