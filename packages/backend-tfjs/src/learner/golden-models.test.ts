import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  mulberry32,
  planModel,
  trainStep,
  type Backend,
  type Learner,
  type LabelledBatch,
  type LayerSpec,
  type ModelSpec,
} from '@protonorm/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from '../backend/create-backend.ts';

// Models of the reference code, run by PyTorch on real images: shapes, padding, pooling, batch norm, initial weights.

const shared = (path: string): URL => new URL(`../../../../../shared/${path}`, import.meta.url);
const has = existsSync(shared('golden/models.json'));

interface GoldenModel {
  readonly params: readonly [string, readonly number[]][];
  readonly init_first: readonly number[];
  readonly eval: {
    readonly feat0: readonly number[];
    readonly feat_norms: readonly number[];
    readonly logits0: readonly number[];
    readonly ce: number;
    readonly grad_l2_first_param: number;
    readonly grad_l2_total: number;
  };
  readonly train_feat0_step0: readonly number[];
  readonly train_feat_norms_step0: readonly number[];
  readonly train_ce_4steps: readonly number[];
  readonly eval_ce_after_4_steps: number;
}

const relu: LayerSpec = { kind: 'activation', function: 'relu' };
const head: LayerSpec = { kind: 'dense', name: 'head', inputs: 512, outputs: 10 };
const pool512: LayerSpec = { kind: 'adaptiveAveragePool1d', size: 512 };
const dense = (name: string, inputs: number, outputs: number): LayerSpec => ({
  kind: 'dense',
  name,
  inputs,
  outputs,
});
const conv = (
  name: string,
  [inputs, outputs, kernel]: [number, number, number],
  { stride = 1, padding = 0, bias = false } = {},
): LayerSpec => ({
  kind: 'conv2d',
  name,
  inputs,
  outputs,
  bias,
  kernel: [kernel, kernel],
  stride: [stride, stride],
  padding: [padding, padding],
});
const bn = (name: string, channels: number): LayerSpec => ({ kind: 'batchNorm', name, channels });
const block = (name: string, [inputs, outputs, stride]: [number, number, number]): LayerSpec[] => [
  {
    kind: 'residual',
    body: [
      conv(`${name}.conv1`, [inputs, outputs, 3], { stride, padding: 1 }),
      bn(`${name}.bn2`, outputs),
      relu,
      conv(`${name}.conv2`, [outputs, outputs, 3], { padding: 1 }),
      bn(`${name}.bn3`, outputs),
    ],
    shortcut:
      stride === 1
        ? []
        : [
            conv(`${name}.downsample.0`, [inputs, outputs, 1], { stride }),
            bn(`${name}.downsample.1`, outputs),
          ],
  },
  relu,
];
const model = (name: string, input: number[], encoder: LayerSpec[]): ModelSpec => ({
  name,
  input,
  encoder,
  features: 512,
  classes: 10,
  head: [head],
});
const specs: ModelSpec[] = [
  model('DigitsMLP', [64], [dense('base.body.0', 64, 512), relu]),
  model(
    'DigitsMLP_128_256',
    [64],
    [dense('base.body.0', 64, 128), relu, dense('base.body.2', 128, 256), relu, pool512],
  ),
  model(
    'DigitsCNN',
    [8, 8, 1],
    [
      conv('base.conv1', [1, 16, 3], { padding: 1, bias: true }),
      relu,
      { kind: 'maxPool2d', kernel: [2, 2] },
      conv('base.conv2', [16, 32, 3], { padding: 1, bias: true }),
      relu,
      { kind: 'flatten' },
    ],
  ),
  model(
    'FedAvgCNN',
    [32, 32, 3],
    [
      conv('base.conv1.0', [3, 32, 5], { bias: true }),
      relu,
      { kind: 'maxPool2d', kernel: [2, 2] },
      conv('base.conv2.0', [32, 64, 5], { bias: true }),
      relu,
      { kind: 'maxPool2d', kernel: [2, 2] },
      { kind: 'flatten' },
      dense('base.fc1.0', 1600, 512),
      relu,
    ],
  ),
  model(
    'resnet8',
    [32, 32, 3],
    [
      conv('base.conv1', [3, 64, 7], { stride: 2, padding: 3 }),
      bn('base.bn1', 64),
      relu,
      { kind: 'maxPool2d', kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
      ...block('base.layer_0', [64, 64, 1]),
      ...block('base.layer_1', [64, 128, 2]),
      ...block('base.layer_2', [128, 256, 2]),
      { kind: 'globalAveragePool2d' },
      pool512,
    ],
  ),
];

/** The note of the golden file: one mulberry32 stream, U(-b, b); gamma 1 and beta 0 draw nothing. */
function goldenParameters(spec: ModelSpec): Float32Array {
  const plan = planModel(spec);
  const next = mulberry32(1000);
  const values = new Float32Array(plan.size.all);
  let fanIn = 1;
  for (const { layer, role, shape, offset, size } of plan.parameters) {
    if (layer.kind === 'batchNorm') {
      values.fill(role === 'weight' ? 1 : 0, offset, offset + size);
      continue;
    }
    if (role === 'weight') fanIn = size / shape[0];
    const bias = layer.kind === 'dense' || (layer.kind === 'conv2d' && (layer.bias ?? true));
    const bound = Math.sqrt((bias ? 1 : 6) / fanIn);
    for (let i = 0; i < size; i++) values[offset + i] = (2 * next() - 1) * bound;
  }
  return values;
}

function goldenBatch(spec: ModelSpec): LabelledBatch {
  const golden = readGolden();
  const digits = spec.name.startsWith('Digits');
  const labels = Int32Array.from(digits ? golden.digits_labels : golden.cifar_labels);
  const indices = digits ? golden.digits_idx : golden.cifar_idx;
  const each = spec.input.reduce((a, b) => a * b, 1);
  const inputs = new Float32Array(indices.length * each);
  if (digits) {
    const csv = gunzipSync(readFileSync(shared('data/digits/digits.csv.gz'))).toString();
    const rows = csv.trim().split('\n').slice(1);
    indices.forEach((index, i) => {
      const values = rows[index].split(',').map(Number);
      expect(values[64]).toBe(labels[i]);
      inputs.set(
        values.slice(0, 64).map((v) => (v / 16 - 0.5) / 0.5),
        i * each,
      );
    });
  } else {
    const pixels = gunzipSync(readFileSync(shared('golden/cifar2k_u8_nhwc.bin.gz')));
    indices.forEach((index, i) => {
      for (let j = 0; j < each; j++) inputs[i * each + j] = (pixels[index * each + j] / 255 - 0.5) / 0.5;
    });
  }
  return { inputs, labels };
}

function readGolden() {
  return JSON.parse(readFileSync(shared('golden/models.json'), 'utf8')) as {
    models: Record<string, GoldenModel>;
    digits_idx: number[];
    digits_labels: number[];
    cifar_idx: number[];
    cifar_labels: number[];
  };
}

/** Mean cross-entropy and its gradient by the logits. */
function crossEntropy(logits: Float32Array, labels: Int32Array): { ce: number; gradient: Float32Array } {
  const classes = logits.length / labels.length;
  const gradient = new Float32Array(logits.length);
  let ce = 0;
  labels.forEach((label, i) => {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const sum = row.reduce((total, o) => total + Math.exp(o), 0);
    ce += (Math.log(sum) - row[label]) / labels.length;
    row.forEach((o, k) => {
      gradient[i * classes + k] = (Math.exp(o) / sum - (k === label ? 1 : 0)) / labels.length;
    });
  });
  return { ce, gradient };
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
const rowNorms = (values: Float32Array, width: number): number[] =>
  Array.from({ length: values.length / width }, (_, i) => norm(values.subarray(i * width, (i + 1) * width)));

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value), `[${i}] ${actual[i]} vs ${value}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(value)),
    );
  });
}

describe.each(['wasm', 'cpu'] as const)('models of the reference on %s', (name) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend(name);
  });
  afterAll(() => backend[Symbol.dispose]());

  // 'cpu' takes up to a minute for a step of the nets on 32x32 images: there the small ones are enough.
  const fast = specs.filter((spec) => name === 'wasm' || spec.input[0] !== 32);

  it.skipIf(!has).each(fast.map((spec) => [spec.name, spec] as const))(
    '%s as PyTorch (skipped without ../shared)',
    async (_, spec) => {
      const golden = readGolden().models[spec.name];
      const plan = planModel(spec);
      expect(plan.parameters.map((array) => [array.name, array.shape])).toEqual(golden.params);
      const parameters = goldenParameters(spec);
      expectClose(parameters, golden.init_first, 1e-7);
      const batch = goldenBatch(spec);
      using learner: Learner = await backend.createLearner(spec, { parameters });

      {
        using pass = await learner.forward(batch.inputs, { mode: 'eval', gradient: true });
        expectClose(pass.features, golden.eval.feat0, 2e-5);
        expectClose(rowNorms(pass.features, 512), golden.eval.feat_norms, 1e-5);
        expectClose(pass.logits, golden.eval.logits0, 1e-5);
        const { ce, gradient } = crossEntropy(pass.logits, batch.labels);
        expectClose([ce], [golden.eval.ce], 1e-5);
        await pass.backward({ logits: gradient });
        const gradients = await learner.gradients();
        expectClose(
          [norm(gradients.subarray(0, plan.parameters[0].size)), norm(gradients)],
          [golden.eval.grad_l2_first_param, golden.eval.grad_l2_total],
          1e-5,
        );
        learner.clearGradients();
      }

      const losses: number[] = [];
      for (let step = 0; step < 4; step++) {
        const report = await trainStep(learner, batch, {
          terms: [{ kind: 'crossEntropy' }],
          optimiser: { kind: 'sgd', learningRate: 0.01 },
        });
        if (step === 0) {
          expectClose(report.features, golden.train_feat0_step0, 2e-5);
          expectClose(rowNorms(report.features, 512), golden.train_feat_norms_step0, 1e-5);
        }
        losses.push(report.loss);
      }
      expectClose(losses, golden.train_ce_4steps, 2e-5);
      using after = await learner.forward(batch.inputs, { mode: 'eval' });
      expectClose([crossEntropy(after.logits, batch.labels).ce], [golden.eval_ce_after_4_steps], 2e-5);
    },
  );
});
