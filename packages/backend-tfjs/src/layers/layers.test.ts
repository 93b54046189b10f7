import {
  createRng,
  layerOutputShape,
  planModel,
  type Backend,
  type LayerSpec,
  type Rng,
} from '@protonorm/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from '../backend/create-backend.ts';

// Each kind of layer on wasm against cpu, whose kernels are others: outputs, gradients of parameters and of inputs.

let cpu: Backend;
let wasm: Backend;
beforeAll(async () => {
  cpu = await createBackend('cpu');
  wasm = await createBackend('wasm');
});
afterAll(() => {
  for (const backend of [cpu, wasm]) {
    expect(backend.memory()).toEqual({ buffers: 0, bytes: 0 });
    backend[Symbol.dispose]();
  }
});

const size = (max: number, min = 1): fc.Arbitrary<number> => fc.integer({ min, max });
const image = fc.tuple(size(9, 4), size(9, 4), size(5));
const pair = (max: number, min = 1): fc.Arbitrary<[number, number]> =>
  fc.tuple(size(max, min), size(max, min));
const activations = ['relu', 'relu6', 'silu', 'tanh', 'sigmoid'] as const;

interface Case {
  readonly input: readonly number[];
  readonly layer: LayerSpec;
}

const convolution = (groups: 'one' | 'some' | 'depthwise'): fc.Arbitrary<Case> =>
  fc
    .record({
      image,
      kernel: pair(4),
      stride: pair(3),
      padding: pair(2, 0),
      outputs: size(3),
      bias: fc.boolean(),
    })
    .map(({ image: [height, width, channels], kernel, stride, padding, outputs, bias }) => {
      const inputs = groups === 'some' ? 2 * channels + 2 : channels;
      const count = { one: 1, some: 2, depthwise: inputs }[groups];
      return {
        input: [height, width, inputs],
        layer: {
          kind: 'conv2d',
          name: 'it',
          inputs,
          kernel,
          stride,
          padding,
          bias,
          groups: count,
          outputs: groups === 'one' ? outputs : count * outputs,
        },
      };
    });

const pointwise = (name: string, inputs: number, outputs: number): LayerSpec => ({
  kind: 'conv2d',
  name,
  inputs,
  outputs,
  kernel: [1, 1],
});

const kinds: Readonly<Record<string, fc.Arbitrary<Case>>> = {
  dense: fc.record({ inputs: size(40), outputs: size(20), bias: fc.boolean() }).map((spec) => ({
    input: [spec.inputs],
    layer: { kind: 'dense', name: 'it', ...spec },
  })),
  conv2d: convolution('one'),
  'conv2d depthwise': convolution('depthwise'),
  'conv2d in groups': convolution('some'),
  batchNorm: fc.tuple(image, fc.boolean()).map(([[height, width, channels], flat]) => ({
    input: flat ? [channels] : [height, width, channels],
    layer: { kind: 'batchNorm', name: 'it', channels },
  })),
  activation: fc.tuple(image, fc.constantFrom(...activations)).map(([input, name]) => ({
    input,
    layer: { kind: 'activation', function: name },
  })),
  maxPool2d: fc
    .record({
      image,
      kernel: pair(3, 2),
      stride: fc.option(pair(3), { nil: undefined }),
      padding: pair(1, 0),
    })
    .map(({ image: input, kernel, stride, padding }) => ({
      input,
      layer: { kind: 'maxPool2d', kernel, padding, ...(stride && { stride }) },
    })),
  globalAveragePool2d: fc.tuple(image, fc.boolean()).map(([input, keepShape]) => ({
    input,
    layer: { kind: 'globalAveragePool2d', keepShape },
  })),
  flatten: image.map((input) => ({ input, layer: { kind: 'flatten' } })),
  adaptiveAveragePool1d: pair(40).map(([inputs, outputs]) => ({
    input: [inputs],
    layer: { kind: 'adaptiveAveragePool1d', size: outputs },
  })),
  dropout: fc
    .tuple(image, size(9, 0), fc.constantFrom('value' as const, 'sample' as const))
    .map(([input, tenths, unit]) => ({ input, layer: { kind: 'dropout', rate: tenths / 10, unit } })),
  channelSlice: fc.tuple(image, size(4, 0), size(4), fc.boolean()).map(([input, start, width, flat]) => {
    const shape = [input[0], input[1], start + width + input[2]];
    return {
      input: flat ? shape.slice(2) : shape,
      layer: { kind: 'channelSlice', start, end: start + width },
    };
  }),
  channelShuffle: fc.tuple(image, size(4), fc.boolean()).map(([[height, width, n], groups, flat]) => ({
    input: flat ? [n * groups] : [height, width, n * groups],
    layer: { kind: 'channelShuffle', groups },
  })),
  concat: fc.tuple(image, size(3), size(3, 0)).map(([input, outputs, empty]) => ({
    input,
    layer: {
      kind: 'concat',
      branches: [
        [pointwise('a', input[2], outputs)],
        ...Array.from({ length: empty }, () => []),
        [{ kind: 'channelSlice', start: 0, end: 1 }],
      ],
    },
  })),
  gate: fc.tuple(image, size(3), fc.boolean()).map(([input, inner, squeezed]) => ({
    input,
    layer: {
      kind: 'gate',
      body: [
        ...(squeezed ? [{ kind: 'globalAveragePool2d', keepShape: true } as const] : []),
        pointwise('a', input[2], inner),
        { kind: 'activation', function: 'silu' },
        pointwise('b', inner, input[2]),
        { kind: 'activation', function: 'sigmoid' },
      ],
    },
  })),
  residual: fc.tuple(image, fc.boolean()).map(([input, projected]) => {
    const channels = input[2];
    const conv = (name: string, kernel: 1 | 3): LayerSpec => ({
      kind: 'conv2d',
      name,
      inputs: channels,
      outputs: channels,
      bias: false,
      kernel: [kernel, kernel],
      padding: [kernel >> 1, kernel >> 1],
    });
    return {
      input,
      layer: {
        kind: 'residual',
        body: [conv('a', 3), { kind: 'activation', function: 'relu' }, conv('b', 3)],
        shortcut: projected ? [conv('c', 1)] : [],
      },
    };
  }),
};

const draw = (count: number, rng: Rng): Float32Array =>
  Float32Array.from({ length: count }, () => rng.normal());

async function run(
  backend: Backend,
  { input, layer }: Case,
  options: { batch: number; mode: 'train' | 'eval' },
) {
  const features = layerOutputShape(layer, input).reduce((a, b) => a * b, 1);
  const plan = planModel({
    name: 'one layer',
    input,
    features,
    classes: 2,
    // The bottom layer asks for a gradient by the input of the layer under test.
    encoder: [{ kind: 'activation', function: 'tanh' }, layer, { kind: 'flatten' }],
    head: [{ kind: 'dense', name: 'head', inputs: features, outputs: 2 }],
  });
  const rng = createRng('layers').split(JSON.stringify(plan.spec), options.batch);
  const buffers = draw(plan.size.buffers, rng).map((value) => value * value + 0.5);
  using learner = await backend.createLearner(plan.spec, { parameters: draw(plan.size.all, rng), buffers });
  const inputs = draw(options.batch * input.reduce((a, b) => a * b, 1), rng);
  using pass = await learner.forward(inputs, {
    mode: options.mode,
    gradient: true,
    rng: rng.split('dropout'),
  });
  const gradients = {
    features: draw(pass.features.length, rng),
    logits: draw(pass.logits.length, rng),
  };
  const dx = await pass.backward(gradients, { inputs: true });
  return {
    features: pass.features,
    logits: pass.logits,
    'input gradient': dx!,
    gradients: await learner.gradients(),
    buffers: await learner.read('buffers'),
  };
}

describe.each(Object.entries(kinds))('%s', (_, cases) => {
  it('is the same on wasm as on cpu', async () => {
    const options = fc.record({ batch: size(4), mode: fc.constantFrom('train' as const, 'eval' as const) });
    await fc.assert(
      fc.asyncProperty(cases, options, async (each, { batch, mode }) => {
        fc.pre(fits(each));
        // Batch normalisation needs two values per channel in training mode; of two, all but rounding cancels on the way back.
        const used = { mode, batch: each.layer.kind === 'batchNorm' && mode === 'train' ? batch + 3 : batch };
        const expected = await run(cpu, each, used);
        const actual = await run(wasm, each, used);
        for (const [what, values] of Object.entries(expected)) {
          expectClose(actual[what as keyof typeof actual], values, what);
        }
      }),
      { numRuns: 25, seed: 11 },
    );
  });
});

function fits({ input, layer }: Case): boolean {
  try {
    return layerOutputShape(layer, input).every((n) => n >= 1);
  } catch {
    return false; // a kernel larger than the image, a padding above half the pooling window
  }
}

function expectClose(actual: Float32Array, expected: Float32Array, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  // Logits are sums of terms of about 1 that may cancel; their rounding does not.
  const floor = what === 'logits' ? 0.1 : 1e-2;
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), floor);
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0);
  expect(Number.isFinite(scale), `${what} is finite`).toBe(true);
  expect(worst / scale, what).toBeLessThanOrEqual(5e-6);
}
