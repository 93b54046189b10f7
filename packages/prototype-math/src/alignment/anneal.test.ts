import { createRng } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { gaussianTable, reluTable, tableOf } from '../test-data/tables.ts';
import { align } from './align.ts';

describe('anneal', () => {
  // Goals of 70 passes; the best known are .122, .437 and .052.
  it.each([
    [20, 8, 0.15],
    [100, 8, 0.467],
    [200, 64, 0.0595],
  ])('spreads %i classes in %i dimensions to %f from any start', (count, dim, most) => {
    for (let seed = 0; seed < 4; seed++) {
      for (const table of [gaussianTable(seed, count, dim), reluTable(seed, count, dim)]) {
        const { geometry, passes } = align(table, { method: 'anneal' });
        expect(passes).toBe(70);
        expect(geometry.maxCosine).toBeLessThan(most);
        expect(geometry.gap).toBeGreaterThan(0);
      }
    }
  });

  it('gets further with more passes, and leaves the classes what they are', () => {
    const table = gaussianTable(1, 150, 32);
    const few = align(table, { method: 'anneal', passes: 30 });
    const many = align(table, { method: 'anneal', passes: 200 });
    expect(many.geometry.maxCosine).toBeLessThan(few.geometry.maxCosine! - 0.001);
    expect(many.identity).toBeGreaterThan(0.9);
  });

  it('parts coinciding prototypes and leaves an empty dimension, both with a warning', () => {
    const rng = createRng(4);
    const rows = Array.from({ length: 40 }, () => Array.from({ length: 6 }, () => rng.normal()));
    rows[7] = rows[3].map((x) => 2 * x);
    const { geometry, warnings } = align(tableOf(rows), { method: 'anneal' });
    expect(geometry.maxCosine).toBeLessThan(0.45);
    expect(warnings).toEqual([expect.objectContaining({ code: 'coinciding-prototypes', classes: [3, 7] })]);
    const flat = align(tableOf(rows.map((row) => [...row.slice(0, 4), 0, 0])), { method: 'anneal' });
    expect(flat.geometry.maxCosine).toBeLessThan(0.45);
    expect(flat.warnings.map(({ code }) => code)).toEqual(['rank-deficient', 'coinciding-prototypes']);
  });

  it('draws a direction for a prototype at the mean', () => {
    const { geometry } = align(
      tableOf([
        [1, 0],
        [-1, 0],
        [1e-30, 0],
        [0, 1],
        [0, -1],
      ]),
      { method: 'anneal' },
    );
    expect(geometry.gap).toBeLessThan(0.01);
  });

  it('tells of every pass, and stops between two', () => {
    const seen: number[] = [];
    const controller = new AbortController();
    const run = () =>
      align(gaussianTable(1, 30, 4), {
        method: 'anneal',
        signal: controller.signal,
        onStep: ({ pass, maxCosine }) => {
          seen.push(maxCosine!);
          if (pass === 5) controller.abort(new Error('enough'));
        },
      });
    expect(run).toThrow('enough');
    expect(seen).toHaveLength(5);
    expect(seen[4]).toBeLessThan(seen[0]);
  });
});
