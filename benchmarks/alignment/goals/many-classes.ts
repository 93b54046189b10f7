import { atMost } from '../limits.ts';
import type { Measurement } from '../measurement.ts';
import { alignment } from '../measurements.ts';

const minutes = 60_000;
/** The float32 of an exact 1/16 or 1/8. */
const rounding = 1e-6;

/** Goal 8: thousands of classes. One call each, with loading and compiling on the way. */
export const manyClasses: readonly Measurement[] = [
  alignment(
    { method: 'template', classes: 1000, dim: 64, calls: 0 },
    { goal: 8, limits: [atMost('maxCosine', 0.125 + rounding)] },
  ),
  alignment(
    { method: 'template', classes: 4224, dim: 64, calls: 0, wasm: true },
    { goal: 8, limits: [atMost('maxCosine', 0.125 + rounding)] },
  ),
  alignment(
    { method: 'template', classes: 10_000, dim: 512, calls: 0, wasm: true },
    { goal: 8, long: true, limits: [atMost('maxCosine', 0.0625 + rounding), atMost('cpuMs', 30_000)] },
  ),
  alignment(
    { method: 'neighbours', classes: 10_000, dim: 64, calls: 0, wasm: true, memory: false },
    { goal: 8, long: true },
  ),
  alignment(
    { method: 'neighbours', classes: 10_000, dim: 512, calls: 0, wasm: true, memory: false },
    { goal: 8, long: true, limits: [atMost('maxCosine', 0.09), atMost('movement', 0.55)] },
  ),
  alignment(
    { method: 'template', classes: 100_000, dim: 64, calls: 0, wasm: true, memory: false },
    { goal: 8, long: true, limits: [atMost('maxCosine', 0.3), atMost('cpuMs', 10 * minutes)] },
  ),
];
