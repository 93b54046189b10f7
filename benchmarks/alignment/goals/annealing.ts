import { atLeast, atMost, type Limit } from '../limits.ts';
import type { AlignmentCase } from '../alignment-case.ts';
import type { Measurement } from '../measurement.ts';
import { alignment, torchAlignment } from '../measurements.ts';

/** Float32 results may fall below a bound by their rounding. */
const aboveBound = atLeast('leastGap', -1e-6);

function anneal(
  of: Pick<AlignmentCase, 'classes' | 'dim' | 'seeds' | 'wasm'>,
  { limits, ...more }: { readonly limits: readonly Limit[]; readonly long?: boolean },
): Measurement {
  const full = { ...of, method: 'anneal', kinds: ['gauss', 'relu'] } as const;
  return alignment(full, { goal: 6, ...more, limits: [...limits, aboveBound] });
}

/** Goal 6: 70 passes of the annealed soft maximum above 2 d classes. */
export const annealing: readonly Measurement[] = [
  anneal({ classes: 20, dim: 8, seeds: 10 }, { limits: [atMost('maxCosine', 0.16)] }),
  anneal({ classes: 20, dim: 8, seeds: 10, wasm: true }, { limits: [atMost('maxCosine', 0.16)] }),
  torchAlignment({ classes: 20, dim: 8 }, { goal: 6 }),
  anneal({ classes: 100, dim: 8, seeds: 10 }, { limits: [atMost('maxCosine', 0.48)] }),
  anneal({ classes: 100, dim: 8, seeds: 10, wasm: true }, { limits: [atMost('maxCosine', 0.48)] }),
  torchAlignment({ classes: 100, dim: 8, calls: 1 }, { goal: 6 }),
  anneal(
    { classes: 200, dim: 64, seeds: 10 },
    { limits: [atMost('maxCosine', 0.064), atMost('cpuMs', 1000)] },
  ),
  anneal({ classes: 200, dim: 64, seeds: 10, wasm: true }, { limits: [atMost('maxCosine', 0.064)] }),
  torchAlignment({ classes: 200, dim: 64, calls: 1 }, { goal: 6, long: true }),
  anneal(
    { classes: 1000, dim: 64, seeds: 1 }, // WASM, with the same passes, has more
    { long: true, limits: [atMost('maxCosine', 0.16), atMost('cpuMs', 8000)] },
  ),
  anneal(
    { classes: 1000, dim: 64, seeds: 4, wasm: true },
    { limits: [atMost('maxCosine', 0.16), atMost('cpuMs', 1200)] },
  ),
  alignment(
    { method: 'reference', classes: 1000, dim: 64, wasm: true, calls: 0, memory: false },
    { goal: 6, long: true, note: 'where the released iteration stops' },
  ),
  torchAlignment(
    { classes: 1000, dim: 64, passes: 4, calls: 1 },
    { goal: 6, long: true, note: '4 passes only' },
  ),
];
