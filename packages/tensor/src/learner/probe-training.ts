import type { ModelSpec } from '../model/model-spec.ts';
import type { Backend } from './backend.ts';
import { trainStep, type LabelledBatch } from './train-step.ts';

/** A net with every costly kind of kernel: convolution, batch normalisation, pooling, dense. */
const spec: ModelSpec = {
  name: 'probe',
  input: [6, 6, 2],
  features: 4,
  classes: 2,
  encoder: [
    { kind: 'conv2d', name: 'conv', inputs: 2, outputs: 4, kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
    { kind: 'batchNorm', name: 'bn', channels: 4 },
    { kind: 'activation', function: 'relu' },
    { kind: 'maxPool2d', kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
    { kind: 'globalAveragePool2d' },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 4, outputs: 2 }],
};
const parameters = Float32Array.from({ length: 4 * 2 * 9 + 4 + 8 + 10 }, (_, i) =>
  i >= 76 && i < 80 ? 1 : Math.sin(i),
);
const batch: LabelledBatch = {
  inputs: Float32Array.from({ length: 2 * 72 }, (_, i) => Math.cos(i * i)),
  labels: Int32Array.of(0, 1),
};

/**
 * Trains a tiny net for three steps, to see whether a backend really works: the loss must fall.
 *
 * @throws `Error` when it does not, and whatever the backend throws
 * @example
 * ```ts
 * import { probeTraining } from '@protonorm/tensor';
 * import { createOracleBackend } from '@protonorm/tensor/testkit';
 * using backend = createOracleBackend();
 * await probeTraining(backend); // => undefined
 * ```
 */
export async function probeTraining(backend: Backend): Promise<void> {
  using learner = await backend.createLearner(spec, { parameters });
  const losses: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { loss } = await trainStep(learner, batch, {
      terms: [{ kind: 'crossEntropy' }],
      optimiser: { kind: 'sgd', learningRate: 0.05 },
    });
    losses.push(loss);
  }
  if (!(losses[1] < losses[0] && losses[2] < losses[1])) {
    throw new Error(`a trial of three training steps gave the losses ${losses.join(', ')}`);
  }
}
