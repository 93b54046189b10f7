import { createRng } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { align } from '../alignment/align.ts';
import { geometry } from '../geometry/geometry.ts';
import { gaussianTable, reluTable } from '../test-data/tables.ts';
import { overlapSigns } from './overlap-signs.ts';

describe('overlapSigns', () => {
  it.each([
    [10, 512],
    [100, 512],
    [20, 8],
  ])(
    'sees prototypes as networks give them, and nothing once they are aligned: %i classes, %i dimensions',
    (c, d) => {
      const prototypes = reluTable(1, c, d);
      expect(overlapSigns(geometry(prototypes)).map(({ code }) => code)).toEqual(['prototype-overlap']);
      expect(overlapSigns(align(prototypes).geometry)).toEqual([]);
    },
  );

  it('is silent about the released iteration at its own end, and tells of it after few short passes', () => {
    const prototypes = reluTable(2, 10, 512);
    const rng = createRng(1);
    const after = (options: { readonly iterations?: number; readonly learningRate?: number }) =>
      overlapSigns(align(prototypes, { method: 'reference', ...options, rng }).geometry);
    expect(after({})).toEqual([]);
    expect(after({ iterations: 0 })).toHaveLength(1);
    expect(after({ iterations: 10, learningRate: 1e-4 })).toHaveLength(1);
  });

  it('says which classes, how far they are apart and how far they could be', () => {
    const table = {
      ...gaussianTable(1, 2, 2),
      classes: Int32Array.of(3, 8),
      vectors: Float32Array.of(1, 0, 1, 1),
    };
    expect(overlapSigns(geometry(table))[0].message).toMatch(
      /classes 3 and 8 are 45 degrees apart, where 180 degrees are possible: raise the passes/,
    );
  });

  it('has nothing to say of one class', () => {
    expect(overlapSigns(geometry(gaussianTable(1, 1, 4)))).toEqual([]);
  });
});
