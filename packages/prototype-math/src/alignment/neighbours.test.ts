import { expect, it } from 'vitest';
import { gaussianTable } from '../test-data/tables.ts';
import { align } from './align.ts';

it('comes near what all pairs give, with lists of 48 of them', () => {
  const table = gaussianTable(3, 400, 16);
  const all = align(table, { method: 'anneal' });
  const near = align(table, { method: 'neighbours' });
  expect(near.geometry.maxCosine).toBeLessThan(all.geometry.maxCosine! + 0.05);
  expect(near.geometry.maxCosine).toBeLessThan(
    align(table, { method: 'reference' }).geometry.maxCosine! - 0.05,
  );
  expect(near).toMatchObject({ method: 'neighbours', passes: 70, stop: 'iterations' });
});

it('takes all others where there are few', () => {
  const table = gaussianTable(4, 20, 4);
  const { maxCosine } = align(table, { method: 'neighbours' }).geometry;
  expect(maxCosine).toBeLessThan(align(table, { method: 'anneal' }).geometry.maxCosine! + 0.02);
});
