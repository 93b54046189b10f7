import { planModel, trainStep, type LossTerm, type ModelSpec } from '@protonorm/tensor';
import type { KernelBuild } from '@protonorm/wasm-kernels';
import { createBackend } from '../backend/create-backend.ts';

/** A training run as JSON, so that Node and a browser get the same one. */
export interface TrainingCase {
  readonly build: KernelBuild;
  readonly spec: ModelSpec;
  /** Part 'all', its bytes in base64. */
  readonly parameters: string;
  readonly batch: number;
  readonly steps: number;
}

/** What came of it; equal when all bits are. */
export interface TrainingResult {
  readonly losses: readonly number[];
  /** SHA-256 of the bytes of the parameters at the end. */
  readonly parameters: string;
  /** The same of the running statistics. */
  readonly buffers: string;
}

/** Runs in Node and in a browser: some steps of cross-entropy + 10 x squared error to prototypes by SGD with momentum. */
export default async function train(given: TrainingCase): Promise<TrainingResult> {
  const { build, spec, batch, steps } = given;
  const { size } = planModel(spec);
  const parameters = new Float32Array(Uint8Array.from(atob(given.parameters), (c) => c.charCodeAt(0)).buffer);
  if (parameters.length !== size.all) throw new Error(`${parameters.length} of ${size.all} parameters`);
  const pixels = spec.input.reduce((product, extent) => product * extent, 1);
  const labels = Int32Array.from({ length: batch }, (_, i) => (7 * i) % spec.classes);
  const prototypes = {
    dim: spec.features,
    classes: Int32Array.from({ length: spec.classes }, (_, i) => i),
    counts: new Float64Array(spec.classes).fill(1),
    vectors: fixedNumbers(spec.classes * spec.features),
  };
  const terms: readonly LossTerm[] = [{ kind: 'crossEntropy' }, { kind: 'pull', weight: 10, prototypes }];
  const optimiser = { kind: 'sgd', learningRate: 0.01, momentum: 0.9 } as const;
  using backend = await createBackend({ build });
  using learner = await backend.createLearner(spec, { parameters });
  const inputs = fixedNumbers(batch * pixels);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push((await trainStep(learner, { inputs, labels }, { terms, optimiser })).loss);
  }
  return {
    losses,
    parameters: await sha256(await learner.read('all')),
    buffers: await sha256(await learner.read('buffers')),
  };
}

/** In [-1, 1), by integers alone: the same wherever it runs. */
function fixedNumbers(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (Math.imul(i + 1, 0x9e3779b1) >> 8) / 2 ** 23);
}

async function sha256(values: Float32Array): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', Float32Array.from(values)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
