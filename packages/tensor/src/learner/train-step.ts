import { ProtoNormError } from '../errors/protonorm-error.ts';
import { evaluateTerm } from '../loss/evaluate-term.ts';
import type { LossTerm } from '../loss/loss-term.ts';
import type { Rng } from '../random/rng.ts';
import { firstNotFinite } from './first-not-finite.ts';
import type { Learner, OutputGradients, StepOptions } from './learner.ts';

/** One batch of labelled samples. */
export interface LabelledBatch {
  /** Shape [B, ...input], float32. */
  readonly inputs: Float32Array;
  /** Shape [B], 0..C-1. */
  readonly labels: Int32Array;
}

/** Settings of {@link trainStep}. */
export interface TrainStepOptions extends StepOptions {
  readonly terms: readonly LossTerm[];
  /** Source of dropout masks. */
  readonly rng?: Rng;
}

/** What a training step saw, before it moved the parameters. */
export interface TrainStepReport {
  /** Value of each term without its weight, in the order of the terms. */
  readonly values: readonly number[];
  /** Sum of weight * value. */
  readonly loss: number;
  /** Features in training mode, shape [B, d]. */
  readonly features: Float32Array;
  /** Logits in training mode, shape [B, C]. */
  readonly logits: Float32Array;
}

/**
 * One step of training: forward in training mode, loss terms, backward, optimiser.
 *
 * @throws `diverged` when the loss or its gradient is not finite (the parameters are then as before the step), and what
 *   `evaluateTerm` and the learner throw
 */
export async function trainStep(
  learner: Learner,
  batch: LabelledBatch,
  options: TrainStepOptions,
): Promise<TrainStepReport> {
  const { terms, rng, ...step } = options;
  const { features: dim, classes } = learner.plan.spec;
  using pass = await learner.forward(batch.inputs, { mode: 'train', gradient: true, ...(rng && { rng }) });
  const gradients = { features: undefined, logits: undefined } as {
    -readonly [K in keyof OutputGradients]: OutputGradients[K];
  };
  const values: number[] = [];
  let loss = 0;
  for (const term of terms) {
    const weight = term.weight ?? 1;
    const result = evaluateTerm(term, {
      features: pass.features,
      logits: pass.logits,
      labels: batch.labels,
      batchSize: pass.size,
      dim,
      classes,
    });
    values.push(result.value);
    loss += weight * result.value;
    // The arrays of built-in terms are fresh; an author's may be kept by it, or be the features themselves.
    const owned = term.kind !== 'custom';
    gradients.features = addScaled(gradients.features, result.features, { weight, owned });
    gradients.logits = addScaled(gradients.logits, result.logits, { weight, owned });
  }
  if (!Number.isFinite(loss))
    throw diverged(`The loss of the model '${learner.plan.spec.name}' is ${loss}.`, loss);
  for (const gradient of [gradients.features, gradients.logits]) {
    const bad = gradient === undefined ? -1 : firstNotFinite(gradient);
    if (bad < 0) continue;
    const value = gradient![bad];
    throw diverged(
      `The gradient of the loss of the model '${learner.plan.spec.name}' holds ${value}.`,
      value,
    );
  }
  await pass.backward(gradients);
  await learner.step(step);
  return { values, loss, features: pass.features, logits: pass.logits };
}

function diverged(message: string, received: number): ProtoNormError {
  return new ProtoNormError('diverged', message, {
    received,
    hint: 'Lower the learning rate, the weight of the terms or the scale of the prototypes.',
  });
}

function addScaled(
  sum: Float32Array | undefined,
  addend: Float32Array | undefined,
  { weight, owned }: { readonly weight: number; readonly owned: boolean },
): Float32Array | undefined {
  if (addend === undefined || weight === 0) return sum;
  if (sum === undefined) {
    const scaled = owned ? addend : addend.slice();
    if (weight !== 1) for (let i = 0; i < scaled.length; i++) scaled[i] *= weight;
    return scaled;
  }
  for (let i = 0; i < sum.length; i++) sum[i] += weight * addend[i];
  return sum;
}
