import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Optimiser } from '../../learner/optimiser.ts';
import { trainStep } from '../../learner/train-step.ts';
import { planModel } from '../../model/model-plan.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import { mulberry32 } from '../../random/mulberry32.ts';
import { createOracleBackend } from './oracle-backend.ts';

interface TorchRun {
  readonly losses: number[];
  readonly gradNorms: number[];
  readonly features: number[];
  readonly logits: number[];
  readonly parameterSums: Record<string, number>;
  readonly buffers: Record<string, number[]>;
}

/** Made by golden/make_torch_golden.py with PyTorch 2.13 in float64. */
const golden = JSON.parse(
  readFileSync(new URL('../../../golden/torch-golden.json', import.meta.url), 'utf8'),
) as Record<'sgd' | 'adam', TorchRun>;

const spec: ModelSpec = {
  name: 'every kind of layer',
  input: [5, 4, 2],
  features: 7,
  classes: 3,
  encoder: [
    {
      kind: 'conv2d',
      name: 'conv',
      inputs: 2,
      outputs: 4,
      kernel: [3, 2],
      stride: [2, 1],
      padding: [1, 1],
      groups: 2,
    },
    { kind: 'batchNorm', name: 'bn', channels: 4, momentum: 0.2, epsilon: 1e-3 },
    { kind: 'activation', function: 'relu' },
    { kind: 'maxPool2d', kernel: [2, 3], stride: [1, 2], padding: [1, 1] },
    {
      kind: 'residual',
      body: [
        {
          kind: 'conv2d',
          name: 'body_conv',
          inputs: 4,
          outputs: 3,
          kernel: [3, 3],
          padding: [1, 1],
          bias: false,
        },
        { kind: 'batchNorm', name: 'body_bn', channels: 3 },
        { kind: 'activation', function: 'silu' },
      ],
      shortcut: [{ kind: 'conv2d', name: 'shortcut_conv', inputs: 4, outputs: 3, kernel: [1, 1] }],
    },
    { kind: 'flatten' },
    { kind: 'dense', name: 'fc', inputs: 36, outputs: 5 },
    { kind: 'activation', function: 'tanh' },
    { kind: 'adaptiveAveragePool1d', size: 7 },
  ],
  head: [{ kind: 'dense', name: 'head', inputs: 7, outputs: 3 }],
};

const runs: { name: 'sgd' | 'adam'; optimiser: Optimiser; clipNorm?: number }[] = [
  { name: 'sgd', optimiser: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 } },
  { name: 'adam', optimiser: { kind: 'adam', learningRate: 0.02, weightDecay: 0.01 }, clipNorm: 0.5 },
];

it.each(runs)('trains as PyTorch does, with $name', async ({ name, optimiser, clipNorm }) => {
  const expected = golden[name];
  const plan = planModel(spec);
  const draw = mulberry32(5);
  const numbers = (count: number, from: () => number): Float32Array =>
    Float32Array.from({ length: count }, from);
  using backend = createOracleBackend();
  using learner = await backend.createLearner(spec, {
    parameters: numbers(plan.size.all, () => draw() - 0.5),
  });
  const inputs = numbers(4 * 5 * 4 * 2, () => draw() * 2 - 1);
  const prototypes = {
    dim: 7,
    classes: Int32Array.of(0, 1, 2),
    counts: Float64Array.of(1, 1, 1),
    vectors: numbers(21, draw),
  };
  for (let step = 0; step < 4; step++) {
    const report = await trainStep(
      learner,
      { inputs, labels: Int32Array.of(0, 2, 1, 2) },
      {
        terms: [{ kind: 'crossEntropy' }, { kind: 'pull', prototypes, weight: 0.5, scale: 2 }],
        optimiser,
        ...(clipNorm !== undefined && { clipNorm }),
      },
    );
    expect(report.loss).toBeCloseTo(expected.losses[step], 6);
  }
  const pass = await learner.forward(inputs, { mode: 'eval' });
  pass.features.forEach((value, i) => expect(value).toBeCloseTo(expected.features[i], 5));
  pass.logits.forEach((value, i) => expect(value).toBeCloseTo(expected.logits[i], 5));
  const parameters = await learner.read('all');
  for (const array of plan.parameters) {
    const sum = parameters.slice(array.offset, array.offset + array.size).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(expected.parameterSums[array.name], 5);
  }
  const buffers = await learner.read('buffers');
  for (const array of plan.buffers) {
    const values = buffers.slice(array.offset, array.offset + array.size);
    values.forEach((value, c) => expect(value).toBeCloseTo(expected.buffers[array.name][c], 5));
  }
});
