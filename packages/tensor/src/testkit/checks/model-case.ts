import { ProtoNormError } from '../../errors/protonorm-error.ts';
import type { Backend } from '../../learner/backend.ts';
import type { Learner } from '../../learner/learner.ts';
import { planModel, type ModelArray, type ModelPlan } from '../../model/model-plan.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import type { Rng } from '../../random/rng.ts';
import { oracleForward, type OracleInputs, type OracleOutputs } from '../oracle/oracle-forward.ts';

/** A model with numbers in it and a batch for it. */
export interface ModelCase {
  readonly plan: ModelPlan;
  readonly parameters: Float32Array;
  readonly buffers: Float32Array;
  /** Shape [batch, ...input]. */
  readonly inputs: Float32Array;
  readonly batch: number;
}

/** How numbers are drawn. */
export interface DrawOptions {
  readonly rng: Rng;
  /** Samples. */
  readonly batch: number;
  /** Standard deviation of the inputs. @defaultValue 1.5 */
  readonly spread?: number | undefined;
}

/** Finite differences step 1e-5 away; this is far enough from the next kink of a relu or a maximum. */
const SMOOTH = 1e-3;

/**
 * Draws parameters, buffers and inputs for a model such that it is smooth around them.
 *
 * @param spec - a model without dropout
 * @param options - `mode` in which it must be smooth
 */
export function drawCase(
  spec: ModelSpec,
  { mode, rng, ...options }: DrawOptions & { readonly mode: 'train' | 'eval' },
): ModelCase {
  const plan = planModel(spec);
  for (let attempt = 0; attempt < 500; attempt++) {
    const drawn = drawNumbers(plan, { ...options, rng: rng.split('attempt', attempt) });
    if (oracleForward(plan, { ...drawn, mode }).kink > SMOOTH) return drawn;
  }
  throw new ProtoNormError('invalid-model', `No smooth point of the model '${spec.name}' was found.`);
}

/** Draws parameters, buffers and inputs for a model. */
export function drawNumbers(plan: ModelPlan, { rng, batch, spread = 1.5 }: DrawOptions): ModelCase {
  const sample = plan.spec.input.reduce((a, b) => a * b, 1);
  return {
    plan,
    parameters: drawArrays(plan.parameters, rng),
    buffers: drawArrays(plan.buffers, rng),
    inputs: normals(batch * sample, rng, { scale: spread, shift: 0.2 }),
    batch,
  };
}

/** Normal numbers, float32. */
export function normals(
  count: number,
  rng: Rng,
  { scale = 1, shift = 0 }: { readonly scale?: number; readonly shift?: number } = {},
): Float32Array {
  return Float32Array.from({ length: count }, () => scale * rng.normal() + shift);
}

/** A learner with the numbers of a case. */
export async function learnerOf(
  backend: Backend,
  { plan, parameters, buffers }: ModelCase,
): Promise<Learner> {
  return backend.createLearner(plan.spec, { parameters, buffers });
}

/** The same pass through the oracle. */
export function oracleOf(
  { plan, parameters, buffers, inputs }: ModelCase,
  options: Pick<OracleInputs, 'mode'> & Partial<OracleInputs>,
): OracleOutputs {
  return oracleForward(plan, { parameters, buffers, inputs, ...options });
}

/** Sum of g * y over two arrays of one length: a scalar whose gradient by y is g. */
export function inner(g: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < g.length; i++) sum += g[i] * y[i];
  return sum;
}

function drawArrays(arrays: readonly ModelArray[], rng: Rng): Float32Array {
  return Float32Array.from(
    arrays.flatMap((array) => Array.from({ length: array.size }, drawerOf(array, rng))),
  );
}

/** Numbers of a size that keeps the signal alive: weights over sqrt(fan in), variances and scales around 1. */
function drawerOf({ layer, role, shape }: ModelArray, rng: Rng): () => number {
  if (role === 'running_var') return () => 0.5 + 1.5 * rng.uniform();
  if (role === 'running_mean') return () => rng.normal();
  if (role === 'bias') return () => 0.5 * rng.normal();
  if (layer.kind === 'batchNorm') return () => 0.5 + rng.uniform();
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  return () => rng.normal() / Math.sqrt(fanIn);
}
