import type { Rng } from '@protonorm/tensor';

/** How long a device waits before it connects again. */
export interface Backoff {
  /** Milliseconds before the first attempt, > 0. */
  readonly firstMs: number;
  /** Most milliseconds. */
  readonly mostMs: number;
}

/**
 * Milliseconds before attempt 0, 1, ...: doubled each time, and drawn between half and whole, so that devices that were lost
 * together do not come back together.
 */
export function backoffMs(attempt: number, { firstMs, mostMs }: Backoff, rng: Rng): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 30));
  return whole * (0.5 + 0.5 * rng.uniform());
}
