import { atMost } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { alignment, torchAlignment } from '../measurements.ts';

const reference = { method: 'reference', dim: 512 } as const;

/** Goal 2: time and memory of `reference`, beside PyTorch and beside the plain version. */
export const releasedTime: readonly Measurement[] = [
  alignment({ ...reference, classes: 10, calls: 200 }, { goal: 2, limits: [atMost('cpuMs', 3)] }),
  alignment({ ...reference, classes: 10, calls: 100, wasm: true }, { goal: 2 }),
  alignment({ method: 'plainly', classes: 10, dim: 512, calls: 20 }, { goal: 2 }),
  torchAlignment({ classes: 10, dim: 512, calls: 50 }, { goal: 2 }),
  alignment({ ...reference, classes: 100, calls: 10 }, { goal: 2, limits: [atMost('cpuMs', 150)] }),
  alignment({ ...reference, classes: 100, calls: 10, wasm: true }, { goal: 2 }),
  alignment({ method: 'plainly', classes: 100, dim: 512, calls: 2 }, { goal: 2, long: true }),
  torchAlignment({ classes: 100, dim: 512 }, { goal: 2 }),
  alignment({ ...reference, classes: 200, calls: 5 }, { goal: 2 }),
  alignment({ ...reference, classes: 200, calls: 5, wasm: true }, { goal: 2 }),
  torchAlignment({ classes: 200, dim: 512, calls: 1 }, { goal: 2, long: true }),
  alignment(
    { ...reference, classes: 1000, calls: 0 },
    { goal: 2, long: true, limits: [atMost('extraMB', 40)] },
  ),
  alignment(
    { ...reference, classes: 1000, calls: 0, wasm: true },
    { goal: 2, limits: [atMost('passCpuMs', 100), atMost('extraMB', 40)] },
  ),
  torchAlignment(
    { classes: 1000, dim: 512, passes: 3, calls: 1 },
    { goal: 2, long: true, note: '3 passes only' },
  ),
];
