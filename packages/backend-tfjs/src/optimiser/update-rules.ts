import type { AdamOptimiser, Optimiser, SgdOptimiser } from '@protonorm/tensor';

/** What an optimiser remembers of one parameter between steps. */
export interface OptimiserState {
  /** SGD's v; left out before the first step with momentum. */
  velocity?: Float32Array;
  /** Adam's first and second moments and number of steps. */
  moments?: { readonly first: Float32Array; readonly second: Float32Array; steps: number };
}

/**
 * Moves `values` by `gradient` in place, as PyTorch's `SGD` and `Adam` do, each number in double precision and rounded
 * to float32 once.
 */
export function updateParameter(
  values: Float32Array,
  gradient: Float32Array,
  { optimiser, state }: { readonly optimiser: Optimiser; readonly state: OptimiserState },
): void {
  if (optimiser.kind === 'sgd') updateBySgd(values, gradient, optimiser, state);
  else updateByAdam(values, gradient, optimiser, state);
}

/** v = momentum v + (g + decay w), v = g + decay w at first; w -= rate v. */
function updateBySgd(
  values: Float32Array,
  gradient: Float32Array,
  { learningRate, momentum = 0, weightDecay = 0 }: SgdOptimiser,
  state: OptimiserState,
): void {
  if (momentum === 0) {
    for (let i = 0; i < values.length; i++) {
      values[i] -= learningRate * (gradient[i] + weightDecay * values[i]);
    }
    return;
  }
  // From a velocity of 0 the rule gives v = g, PyTorch's first step (without dampening).
  const velocity = (state.velocity ??= new Float32Array(values.length));
  for (let i = 0; i < values.length; i++) {
    velocity[i] = momentum * velocity[i] + gradient[i] + weightDecay * values[i];
    values[i] -= learningRate * velocity[i];
  }
}

/** m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= rate / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + epsilon). */
function updateByAdam(
  values: Float32Array,
  gradient: Float32Array,
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptimiser,
  state: OptimiserState,
): void {
  const moments = (state.moments ??= {
    first: new Float32Array(values.length),
    second: new Float32Array(values.length),
    steps: 0,
  });
  const { first, second } = moments;
  const t = ++moments.steps;
  const rate = learningRate / (1 - beta1 ** t);
  const correction = Math.sqrt(1 - beta2 ** t);
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i] + weightDecay * values[i];
    first[i] = beta1 * first[i] + (1 - beta1) * g;
    second[i] = beta2 * second[i] + (1 - beta2) * g * g;
    const denominator = Math.sqrt(second[i]) / correction + epsilon;
    // With epsilon 0 a parameter without any gradient has 0 / 0; it does not move.
    if (denominator > 0) values[i] -= (rate * first[i]) / denominator;
  }
}
