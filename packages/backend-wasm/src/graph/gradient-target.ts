import type { View } from './view.ts';

/**
 * The gradient of an operation's input, as that operation writes it: the first writer of a place stores, later ones add.
 * Which it is is settled once, when the plan is made.
 */
export interface GradientTarget {
  /** The input. */
  readonly of: View;
  /** Whether the operation can store, or only add. */
  readonly canStore: boolean;
  /** 1 = add, 0 = store. */
  accumulate: 0 | 1;
}

/** A target, not yet settled. */
export function gradientTarget(of: View, { canStore = true } = {}): GradientTarget {
  return { of, canStore, accumulate: 1 };
}
