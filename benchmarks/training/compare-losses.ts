import type { LaneSteps } from './race.ts';

/**
 * How far the losses of the first steps may be from the reference's, relative. The first is the same to 1e-6 in all
 * libraries. The others amplify rounding: batch normalisation of 1x1 images of 32 samples makes the step of mobilenet_v2
 * differ by 5e-3 between PyTorch's own two layouts.
 */
const tolerances = [1e-3, 3e-2, 3e-2] as const;

/** The losses of one backend beside those of the reference. */
export interface LossComparison {
  readonly backend: string;
  readonly reference: string;
  /** Of each of the first steps, relative; infinite when a loss is not finite. */
  readonly differences: readonly number[];
  readonly ok: boolean;
}

/** Compares the losses of the first steps with PyTorch's, or without it with those of the first backend. */
export function compareLosses(entries: readonly LaneSteps[]): readonly LossComparison[] {
  const reference = entries.find(({ lane }) => lane.name === 'torch') ?? entries[0];
  return entries.map(({ lane, first }) => {
    const differences = first.map(({ loss }, i) => {
      const expected = reference.first[i].loss;
      const difference = Math.abs(loss - expected) / Math.abs(expected);
      return Number.isFinite(difference) ? difference : Infinity;
    });
    return {
      backend: lane.name,
      reference: reference.lane.name,
      differences,
      ok: differences.every((difference, i) => difference <= tolerances[i]),
    };
  });
}
