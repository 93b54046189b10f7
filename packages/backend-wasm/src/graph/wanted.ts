import type { GradientTarget } from './gradient-target.ts';
import type { Execution } from './operation.ts';

/** Whether a gradient has to be computed: that by the inputs of the model only if it is asked for. */
export function wanted({ of }: GradientTarget, { inputGradient }: Execution): boolean {
  return inputGradient || !of.storage.isInput;
}
