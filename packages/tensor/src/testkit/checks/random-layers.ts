import type { Conv2dLayer, LayerKind, LayerSpec, MaxPool2dLayer } from '../../model/layer-spec.ts';
import { chainOutputShape } from '../../model/layer-shape.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import type { Rng } from '../../random/rng.ts';

/** A layer and the shape that goes into it. */
export interface PlacedLayer {
  readonly input: readonly number[];
  readonly layer: LayerSpec;
  /** Standard deviation of the inputs that it is tried on. */
  readonly spread?: number;
}

/** The kinds of layers that are checked on random shapes; dropout has checks of its own. */
export type RandomKind = Exclude<LayerKind, 'dropout'>;

/** How many random layers of each kind are drawn, beside the special ones. */
const randomCount: Readonly<Record<RandomKind, number>> = {
  dense: 3,
  conv2d: 12,
  batchNorm: 4,
  activation: 0,
  maxPool2d: 8,
  globalAveragePool2d: 2,
  flatten: 2,
  adaptiveAveragePool1d: 8,
  channelSlice: 4,
  channelShuffle: 4,
  concat: 3,
  gate: 3,
  residual: 3,
};

/** All layers of a kind that a backend is tried on: the special ones, and some drawn at random. */
export function layersToTry(kind: RandomKind, rng: Rng): PlacedLayer[] {
  const random = Array.from({ length: randomCount[kind] }, (_, i) => drawLayer(kind, rng.split(kind, i)));
  return [...(specialLayers[kind] ?? []), ...random];
}

/** Whether there may be batch normalisation in layers of a kind, which needs two values per channel. */
export function mayNormalise(kind: RandomKind): boolean {
  return ['batchNorm', 'concat', 'gate', 'residual'].includes(kind);
}

/** A model around one layer: the layer, flattened into features, and a dense head of two classes. */
export function modelAround({ input, layer }: PlacedLayer): ModelSpec {
  const encoder: LayerSpec[] = [layer];
  const shape = chainOutputShape(encoder, input);
  if (shape.length === 3) encoder.push({ kind: 'flatten' });
  const features = shape.reduce((a, b) => a * b, 1);
  return {
    name: `around ${JSON.stringify({ input, layer })}`,
    input,
    features,
    classes: 2,
    encoder,
    head: [{ kind: 'dense', name: 'head', inputs: features, outputs: 2 }],
  };
}

const conv = (inputs: number, outputs: number, rest: Partial<Conv2dLayer>): Conv2dLayer => ({
  kind: 'conv2d',
  name: 'layer',
  inputs,
  outputs,
  kernel: [3, 3],
  ...rest,
});

/** Corners that random layers would rarely hit. */
const specialLayers: Readonly<Partial<Record<RandomKind, readonly PlacedLayer[]>>> = {
  conv2d: [
    { input: [3, 4, 5], layer: conv(5, 3, { kernel: [1, 1] }) }, // pointwise
    { input: [4, 4, 3], layer: conv(3, 3, { padding: [1, 1], groups: 3, bias: false }) }, // depthwise
    { input: [4, 3, 2], layer: conv(2, 4, { padding: [1, 1], groups: 2 }) }, // depthwise with multiplier
    { input: [2, 2, 2], layer: conv(2, 2, { kernel: [5, 4], padding: [2, 2] }) }, // kernel above the image
    { input: [5, 5, 1], layer: conv(1, 2, { kernel: [1, 2], stride: [3, 3] }) }, // stride above the kernel
    { input: [6, 5, 2], layer: conv(2, 2, { kernel: [2, 2], stride: [2, 2], padding: [1, 0] }) }, // a row left over
    { input: [1, 6, 2], layer: conv(2, 3, { kernel: [1, 3], stride: [1, 2], padding: [0, 1] }) }, // a series
  ],
  maxPool2d: [
    { input: [5, 4, 2], layer: { kind: 'maxPool2d', kernel: [2, 2] } }, // stride left out, a row left over
    { input: [4, 4, 1], layer: { kind: 'maxPool2d', kernel: [3, 3], stride: [1, 1], padding: [1, 1] } }, // overlapping
    { input: [5, 5, 2], layer: { kind: 'maxPool2d', kernel: [1, 2], stride: [2, 3] } }, // values in no window
  ],
  batchNorm: [
    { input: [4], layer: { kind: 'batchNorm', name: 'layer', channels: 4 } },
    { input: [3, 2, 3], layer: { kind: 'batchNorm', name: 'layer', channels: 3 } },
  ],
  activation: (['relu', 'relu6', 'silu', 'tanh', 'sigmoid'] as const).flatMap((name) => [
    { input: [9], layer: { kind: 'activation', function: name } },
    { input: [3, 3, 2], layer: { kind: 'activation', function: name }, spread: 6 }, // also beyond the 6 of relu6
  ]),
  flatten: [{ input: [5], layer: { kind: 'flatten' } }],
  globalAveragePool2d: [{ input: [3, 2, 4], layer: { kind: 'globalAveragePool2d', keepShape: true } }],
  channelSlice: [
    { input: [3], layer: { kind: 'channelSlice', start: 0, end: 3 } },
    { input: [2, 2, 6], layer: { kind: 'channelSlice', start: 3, end: 6 } },
  ],
  channelShuffle: [
    { input: [2, 3, 8], layer: { kind: 'channelShuffle', groups: 2 } }, // not its own inverse
    { input: [4], layer: { kind: 'channelShuffle', groups: 4 } },
  ],
  concat: [
    { input: [3], layer: { kind: 'concat', branches: [[]] } },
    { input: [2, 2, 3], layer: { kind: 'concat', branches: [[], []] } }, // all branches give the input itself
    { input: [4], layer: { kind: 'concat', branches: [[{ kind: 'channelSlice', start: 1, end: 2 }], []] } },
  ],
  gate: [
    { input: [5], layer: { kind: 'gate', body: [] } }, // the square
    { input: [1, 1, 3], layer: { kind: 'gate', body: [{ kind: 'activation', function: 'sigmoid' }] } },
    {
      input: [2, 3, 2],
      layer: { kind: 'gate', body: [{ kind: 'globalAveragePool2d', keepShape: true }] },
    },
  ],
  adaptiveAveragePool1d: [
    { input: [6], layer: { kind: 'adaptiveAveragePool1d', size: 6 } },
    { input: [4], layer: { kind: 'adaptiveAveragePool1d', size: 8 } }, // each value twice
    { input: [10], layer: { kind: 'adaptiveAveragePool1d', size: 4 } }, // overlapping windows of 3, as 1280 to 512
    { input: [1], layer: { kind: 'adaptiveAveragePool1d', size: 3 } },
    { input: [7], layer: { kind: 'adaptiveAveragePool1d', size: 1 } },
  ],
};

function drawLayer(kind: RandomKind, rng: Rng): PlacedLayer {
  const pick = (least: number, most: number): number => least + rng.integer(most - least + 1);
  const pair = (draw: () => number): [number, number] => [draw(), draw()];
  switch (kind) {
    case 'dense': {
      const [inputs, outputs] = pair(() => pick(1, 7));
      return {
        input: [inputs],
        layer: { kind, name: 'layer', inputs, outputs, bias: rng.uniform() < 0.7 },
      };
    }
    case 'conv2d': {
      const groups = pick(1, 3);
      const [kernel, padding] = [pair(() => pick(1, 3)), pair(() => pick(0, 2))];
      const size = kernel.map((k, axis) => Math.max(k - 2 * padding[axis], 1) + pick(0, 3));
      const inputs = groups * pick(1, 2);
      const stride = pair(() => pick(1, 3));
      const rest = { kernel, stride, padding, groups, bias: rng.uniform() < 0.7 };
      return { input: [...size, inputs], layer: conv(inputs, groups * pick(1, 2), rest) };
    }
    case 'maxPool2d': {
      const kernel = pair(() => pick(1, 3));
      const padding = kernel.map((k) => pick(0, Math.floor(k / 2))) as [number, number];
      const stride = pair(() => pick(1, 3));
      const layer: MaxPool2dLayer = { kind, kernel, padding, ...(rng.uniform() < 0.8 && { stride }) };
      return { input: [...kernel.map((k) => k + pick(0, 3)), pick(1, 3)], layer };
    }
    case 'batchNorm': {
      const channels = pick(1, 4);
      const layer = {
        kind,
        name: 'layer',
        channels,
        momentum: rng.uniform(),
        epsilon: 0.2 * rng.uniform() + 1e-6,
      };
      return { input: rng.uniform() < 0.5 ? [channels] : [pick(2, 3), pick(1, 3), channels], layer };
    }
    case 'adaptiveAveragePool1d':
      return { input: [pick(1, 12)], layer: { kind, size: pick(1, 16) } };
    case 'residual': {
      const channels = pick(1, 2);
      const outputs = pick(1, 3);
      const body = { ...conv(channels, outputs, { padding: [1, 1], stride: [2, 1] }), name: 'body' };
      const shortcut = conv(channels, outputs, { kernel: [1, 1], stride: [2, 1] });
      const norm = { kind: 'batchNorm', name: 'norm', channels: outputs } as const;
      const inner: LayerSpec = { kind, body: [{ kind: 'activation', function: 'tanh' }], shortcut: [] };
      return {
        input: [pick(2, 4), pick(2, 4), channels],
        layer: { kind, body: [body, norm, inner], shortcut: [shortcut] },
      };
    }
    case 'channelSlice': {
      const channels = pick(1, 6);
      const start = rng.integer(channels);
      const layer = { kind, start, end: pick(start + 1, channels) };
      return { input: [...(rng.uniform() < 0.3 ? [] : [pick(1, 3), pick(1, 3)]), channels], layer };
    }
    case 'channelShuffle': {
      const groups = pick(1, 4);
      const channels = groups * pick(1, 4);
      return {
        input: [...(rng.uniform() < 0.3 ? [] : [pick(1, 3), pick(1, 3)]), channels],
        layer: { kind, groups },
      };
    }
    case 'concat': {
      const channels = pick(2, 4);
      const norm = { kind: 'batchNorm', name: 'norm', channels } as const;
      const slice: LayerSpec = { kind: 'channelSlice', start: 1, end: channels };
      const branches: LayerSpec[][] = [
        [slice, conv(channels - 1, pick(1, 3), { padding: [1, 1] })],
        [norm, { kind: 'activation', function: 'tanh' }],
        ...(rng.uniform() < 0.5 ? [[]] : []),
      ];
      return { input: [pick(1, 3), pick(2, 3), channels], layer: { kind, branches } };
    }
    case 'gate': {
      const channels = pick(1, 3);
      const inner = pick(1, 3);
      const squeeze: LayerSpec[] = [{ kind: 'globalAveragePool2d', keepShape: true }];
      const body: LayerSpec[] = [
        ...(rng.uniform() < 0.7 ? squeeze : []),
        { ...conv(channels, inner, { kernel: [1, 1] }), name: 'fc1' },
        { kind: 'batchNorm', name: 'norm', channels: inner },
        { kind: 'activation', function: 'silu' },
        { ...conv(inner, channels, { kernel: [1, 1] }), name: 'fc2' },
        { kind: 'activation', function: 'sigmoid' },
      ];
      return { input: [pick(2, 4), pick(2, 4), channels], layer: { kind, body } };
    }
    case 'activation':
      return { input: [pick(1, 9)], layer: { kind, function: 'tanh' } };
    case 'globalAveragePool2d':
    case 'flatten':
      return { input: [pick(1, 4), pick(2, 4), pick(2, 4)], layer: { kind } };
  }
}
