import type { StepOptions } from '../../learner/learner.ts';
import type { ModelPlan } from '../../model/model-plan.ts';

/** What an optimiser remembers of each parameter; all of length 'all', float64. */
export interface OracleMoments {
  /** Momentum of sgd, first moment of adam. */
  readonly first: Float64Array;
  /** Second moment of adam. */
  readonly second: Float64Array;
  /** Steps that the parameter has made. */
  readonly steps: Float64Array;
}

/** Moments as after building the optimiser anew. */
export function freshMoments(size: number): OracleMoments {
  return {
    first: new Float64Array(size),
    second: new Float64Array(size),
    steps: new Float64Array(size),
  };
}

/**
 * One optimiser step in float64 on parameters and gradients of part 'all'; changes `parameters` and `moments` in place.
 *
 * The clipping factor is min(1, clipNorm / norm); PyTorch's `clip_grad_norm_` has norm + 1e-6 in its place.
 */
export function oracleStep(
  plan: ModelPlan,
  options: StepOptions & {
    readonly parameters: Float64Array;
    readonly gradients: ArrayLike<number>;
    readonly moments: OracleMoments;
  },
): void {
  const { parameters, gradients, moments, optimiser, clipNorm = Infinity, proximal, part = 'all' } = options;
  const { learningRate, weightDecay = 0 } = optimiser;
  const { first, second, steps } = moments;
  const norm = Math.sqrt(Array.from(gradients).reduce((sum, g) => sum + g * g, 0));
  const clip = norm > clipNorm ? clipNorm / norm : 1;
  const start = part === 'head' ? plan.size.encoder : 0;
  for (let i = start; i < start + plan.size[part]; i++) {
    let g = gradients[i] * clip;
    if (proximal) g += proximal.weight * (parameters[i] - proximal.reference[i]);
    g += weightDecay * parameters[i];
    const t = ++steps[i];
    if (optimiser.kind === 'sgd') {
      first[i] = (optimiser.momentum ?? 0) * first[i] + g;
      parameters[i] -= learningRate * first[i];
    } else {
      const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = optimiser;
      first[i] = beta1 * first[i] + (1 - beta1) * g;
      second[i] = beta2 * second[i] + (1 - beta2) * g * g;
      const mean = first[i] / (1 - beta1 ** t);
      const deviation = Math.sqrt(second[i] / (1 - beta2 ** t));
      parameters[i] -= (learningRate * mean) / (deviation + epsilon);
    }
  }
}
