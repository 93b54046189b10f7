import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unitRows } from '../class-table/unit-rows.ts';
import { multiplyTransposed } from '../linear-algebra/multiply-transposed.ts';
import { wholeMatrix } from '../linear-algebra/block.ts';
import { plainLinearAlgebra } from '../linear-algebra/workspace.ts';
import { gaussianTable } from '../test-data/tables.ts';
import { findNeighbours, neighbourListShapes } from './neighbour-lists.ts';

it('finds the rows with the largest cosines, each once and never the row itself', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 90 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      (count, dim, seed) => {
        const rows = unitRows(gaussianTable(seed, count, dim));
        const length = 1 + (seed % Math.min(12, count - 1));
        using workspace = plainLinearAlgebra.open([[count, dim], ...neighbourListShapes]);
        const [points, tile] = workspace.matrices;
        points.data.set(rows.data, points.offset);
        const lists = findNeighbours(points, length, { workspace, tile });
        const cosines = wholeMatrix(new Float64Array(count * count), count, count);
        multiplyTransposed(cosines, rows, rows);
        for (let i = 0; i < count; i++) {
          const others = Array.from({ length: count }, (_, j) => j).filter((j) => j !== i);
          const cosine = (j: number): number => cosines.data[i * count + j];
          const nearest = others
            .map(cosine)
            .sort((a, b) => b - a)
            .slice(0, length);
          const list = [...lists.indices.subarray(i * length, (i + 1) * length)];
          expect(new Set(list).size).toBe(length);
          expect(list).not.toContain(i);
          expect(list.map(cosine).sort((a, b) => b - a)).toEqual(nearest);
          expect(lists.edge[i]).toBe(nearest.at(-1));
        }
      },
    ),
    { seed: 2, numRuns: 60 },
  );
});
