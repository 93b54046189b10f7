import { atLeast, atMost } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { alignment, check, torchAlignment } from '../measurements.ts';

const simplex = { method: 'simplex', dim: 512, kinds: ['gauss', 'relu'] } as const;
const exact = [atMost('simplexError', 1e-6), atMost('normError', 1e-6), atLeast('identity', 1)];
const groups = { method: 'orthoSimplices', kinds: ['gauss', 'relu'] } as const;
const rightAngles = atMost('maxCosine', 1e-6);

/** Goals 3, 4 and 5: the regular simplex up to d + 1 classes, orthogonal simplices up to 2 d. */
export const closedForms: readonly Measurement[] = [
  alignment({ ...simplex, classes: 10, calls: 1000 }, { goal: 3, limits: [...exact, atMost('cpuMs', 1)] }),
  alignment({ ...simplex, classes: 100, calls: 6 }, { goal: 3, limits: [...exact, atMost('cpuMs', 100)] }),
  alignment({ ...simplex, classes: 200, calls: 4 }, { goal: 3, limits: [...exact, atMost('cpuMs', 800)] }),
  alignment(
    { ...simplex, classes: 200, calls: 40, wasm: true }, // compiling goes on for some 20 of them
    { goal: 3, limits: [...exact, atMost('cpuMs', 60)] },
  ),
  check('check-least-movement.ts', {
    goal: 4,
    name: 'simplex and the released to its end (10, 512)',
    limits: [atMost('movementRatio', 1.001)],
  }),
  alignment(
    { ...groups, classes: 20, dim: 16, calls: 100 },
    { goal: 5, limits: [rightAngles, atMost('logEnergy', -70.31)] },
  ),
  torchAlignment({ classes: 20, dim: 16 }, { goal: 5 }),
  alignment(
    { ...groups, classes: 100, dim: 64, calls: 20 },
    { goal: 5, limits: [rightAngles, atMost('logEnergy', -1735.34), atMost('cpuMs', 500)] },
  ),
  torchAlignment({ classes: 100, dim: 64 }, { goal: 5 }),
  alignment({ ...groups, classes: 1000, dim: 512, calls: 2 }, { goal: 5, long: true, limits: [rightAngles] }),
  alignment(
    { ...groups, classes: 1000, dim: 512, calls: 2, wasm: true },
    { goal: 5, limits: [rightAngles, atMost('cpuMs', 1500), atMost('extraMB', 40)] },
  ),
];
