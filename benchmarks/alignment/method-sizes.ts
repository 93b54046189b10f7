import type { AlignmentMethod } from '@protonorm/prototype-math';

/** Every method at a size that it is made for. */
export const methodSizes: readonly {
  readonly method: AlignmentMethod;
  readonly classes: number;
  readonly dim: number;
}[] = [
  { method: 'auto', classes: 100, dim: 64 },
  { method: 'reference', classes: 100, dim: 64 },
  { method: 'simplex', classes: 50, dim: 64 },
  { method: 'orthoSimplices', classes: 100, dim: 64 },
  { method: 'anneal', classes: 200, dim: 64 },
  { method: 'neighbours', classes: 200, dim: 64 },
  { method: 'template', classes: 200, dim: 64 },
  { method: 'orthant', classes: 50, dim: 64 },
  { method: 'energy', classes: 50, dim: 64 },
];
