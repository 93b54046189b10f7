import type { LaneSteps } from './race.ts';

/** How far the losses of a backend may be from those of the reference, relative. */
const tolerance = 1e-2;

/** The losses of one backend beside those of the reference. */
export interface LossComparison {
  readonly backend: string;
  readonly reference: string;
  /** Largest relative difference over the first steps. */
  readonly difference: number;
  readonly ok: boolean;
}

/**
 * Compares the losses of the first steps with PyTorch's, or without it with those of the first backend. The first loss
 * tells that the nets are the same, the others that their gradients are.
 */
export function compareLosses(entries: readonly LaneSteps[]): readonly LossComparison[] {
  const reference = entries.find(({ lane }) => lane.name === 'torch') ?? entries[0];
  return entries.map(({ lane, first }) => {
    const differences = first.map(({ loss }, i) => {
      const expected = reference.first[i].loss;
      return Math.abs(loss - expected) / Math.abs(expected);
    });
    const difference = differences.some((value) => !Number.isFinite(value))
      ? Infinity
      : Math.max(...differences);
    return {
      backend: lane.name,
      reference: reference.lane.name,
      difference,
      ok: difference <= tolerance,
    };
  });
}
