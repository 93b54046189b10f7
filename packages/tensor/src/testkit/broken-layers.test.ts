import { expect, it } from 'vitest';
import type { LayerSpec } from '../model/layer-spec.ts';
import { createOracleBackend } from './oracle/oracle-backend.ts';
import type { LayerArrays, OracleLayer, OracleRun } from './oracle/layer-run.ts';
import { oracleLayers, type OracleLayers } from './oracle/oracle-layers.ts';
import type { Values } from './oracle/values.ts';
import { checkBackend } from './test-backend.ts';

const {
  conv2d,
  dense,
  batchNorm,
  maxPool2d,
  adaptiveAveragePool1d,
  activation,
  dropout,
  globalAveragePool2d,
  channelSlice,
  channelShuffle,
  concat,
  gate,
  residual,
} = oracleLayers;

/** The layer as it is, with something done to its gradient by the input. */
function withGradient<L extends LayerSpec>(
  right: OracleLayer<L>,
  change: (
    dx: Float64Array,
    context: { layer: L; input: Values; run: OracleRun; dy: Float64Array },
  ) => Float64Array,
): OracleLayer<L> {
  return (layer, input, run) => {
    const step = right(layer, input, run);
    return { ...step, backward: (dy) => change(step.backward(dy), { layer, input, run, dy }) };
  };
}

/** The layer as it is, with other arrays under it. */
function withArrays<L extends LayerSpec>(
  right: OracleLayer<L>,
  change: (arrays: LayerArrays) => LayerArrays,
): OracleLayer<L> {
  return (layer, input, run) =>
    right(layer, input, {
      ...run,
      arrays: (inner) => change(run.arrays(inner)),
      gradients: (inner) => run.gradients(inner),
    });
}

/** Moves an image down by one row. */
function shifted(input: Values): Values {
  const row = input.shape[1] * input.shape[2];
  const data = input.data.map((_, m) =>
    Math.floor(m / row) % input.shape[0] === 0 ? 0 : input.data[m - row],
  );
  return { ...input, data };
}

const broken: readonly { what: string; layers: Partial<OracleLayers>; caughtBy: string }[] = [
  {
    what: 'padding off by one',
    layers: {
      conv2d: (layer, input, run) => conv2d(layer, layer.padding?.[0] ? shifted(input) : input, run),
    },
    caughtBy: 'forward/conv2d',
  },
  {
    what: 'stride of height and width swapped',
    layers: {
      conv2d: (layer, input, run) => {
        const [sy, sx] = layer.stride ?? [1, 1];
        const step = conv2d({ ...layer, stride: [sx, sy] }, input, {
          ...run,
          arrays: () => run.arrays(layer),
        });
        return { ...step, output: { ...step.output, data: step.output.data.slice() } };
      },
    },
    caughtBy: 'forward/conv2d',
  },
  {
    what: 'bias of convolutions without gradient',
    layers: {
      conv2d: (layer, input, run) =>
        conv2d(layer, input, {
          ...run,
          gradients: (inner) => ({ ...run.gradients(inner), bias: new Float64Array(layer.outputs) }),
        }),
    },
    caughtBy: 'gradient/conv2d',
  },
  {
    what: 'weight gradient overwritten instead of added',
    layers: {
      dense: (layer, input, run) => {
        const step = dense(layer, input, run);
        return {
          ...step,
          backward(dy) {
            run.gradients(layer).weight!.fill(0);
            return step.backward(dy);
          },
        };
      },
    },
    caughtBy: 'pass/backward again adds again',
  },
  {
    what: 'biased running variance',
    layers: {
      batchNorm: (layer, input, run) => {
        const before = run.arrays(layer).running_var!.slice();
        const step = batchNorm(layer, input, run);
        const count = input.data.length / layer.channels;
        const { momentum = 0.1 } = layer;
        if (run.mode === 'train') {
          run.arrays(layer).running_var!.forEach((value, c, all) => {
            const kept = (1 - momentum) * before[c];
            all[c] = kept + ((value - kept) * (count - 1)) / count;
          });
        }
        return step;
      },
    },
    caughtBy: 'batchNorm/running statistics over several batches',
  },
  {
    what: 'momentum counted from the other side',
    layers: {
      batchNorm: (layer, input, run) =>
        batchNorm({ ...layer, momentum: 1 - (layer.momentum ?? 0.1) }, input, {
          ...run,
          arrays: () => run.arrays(layer),
          gradients: () => run.gradients(layer),
        }),
    },
    caughtBy: 'batchNorm/running statistics over several batches',
  },
  {
    what: 'batch statistics in evaluation mode',
    layers: { batchNorm: (layer, input, run) => batchNorm(layer, input, { ...run, mode: 'train' }) },
    caughtBy: 'forward/batchNorm',
  },
  {
    what: 'default epsilon instead of the layer’s',
    layers: {
      batchNorm: (layer, input, run) =>
        batchNorm({ ...layer, epsilon: 1e-5 }, input, {
          ...run,
          arrays: () => run.arrays(layer),
          gradients: () => run.gradients(layer),
        }),
    },
    caughtBy: 'forward/batchNorm',
  },
  {
    what: 'batch normalisation of one value as if there were a variance',
    layers: {
      batchNorm: (layer, input, run) =>
        batchNorm(layer, input, input.data.length === layer.channels ? { ...run, mode: 'eval' } : run),
    },
    caughtBy: 'batchNorm/one value per channel cannot be trained on',
  },
  {
    what: 'batch statistics taken as constants in the gradient',
    layers: {
      batchNorm: withGradient(batchNorm, (_, { layer, run, dy }) => {
        const { weight } = run.arrays(layer);
        return dy.map((g, m) => g * weight![m % layer.channels]);
      }),
    },
    caughtBy: 'gradient/batchNorm',
  },
  {
    what: 'gradient to the last maximum',
    layers: {
      maxPool2d: withGradient(maxPool2d, (dx, { input }) =>
        dx.map((_, m) => {
          // Moves what a value got to the last equal value of its image.
          const equal = Array.from(input.data.keys()).filter((at) => input.data[at] === input.data[m]);
          return m === equal.at(-1) ? equal.reduce((sum, at) => sum + dx[at], 0) : 0;
        }),
      ),
    },
    caughtBy: 'gradient/first of equal maxima',
  },
  {
    what: 'padding of zeros that wins the maximum',
    layers: {
      maxPool2d: (layer, input, run) => {
        const step = maxPool2d(layer, input, run);
        const padded = (layer.padding?.[0] ?? 0) > 0;
        const data = step.output.data.map((value) => (padded ? Math.max(value, 0) : value));
        return { ...step, output: { ...step.output, data } };
      },
    },
    caughtBy: 'forward/maxPool2d',
  },
  {
    what: 'adaptive pooling with floor at both ends',
    layers: {
      adaptiveAveragePool1d: (layer, input, run) => {
        const [length] = input.shape;
        const step = adaptiveAveragePool1d(layer, input, run);
        const data = step.output.data.map((_, at) => {
          const [n, j] = [Math.floor(at / layer.size), at % layer.size];
          const start = Math.floor((j * length) / layer.size);
          const end = Math.max(start + 1, Math.floor(((j + 1) * length) / layer.size));
          const window = input.data.subarray(n * length + start, n * length + end);
          return window.reduce((a, b) => a + b, 0) / window.length;
        });
        return { ...step, output: { ...step.output, data } };
      },
    },
    caughtBy: 'forward/adaptiveAveragePool1d',
  },
  {
    what: 'flatten in the order of the memory',
    layers: {
      flatten: (_, input) => ({
        output: { ...input, shape: [input.data.length / input.batch] },
        backward: (dy) => dy,
      }),
    },
    caughtBy: 'forward/flatten',
  },
  {
    what: 'a sum instead of a mean over the image',
    layers: {
      globalAveragePool2d: (layer, input, run) => {
        const step = globalAveragePool2d(layer, input, run);
        const area = input.shape[0] * input.shape[1];
        return { ...step, output: { ...step.output, data: step.output.data.map((value) => value * area) } };
      },
    },
    caughtBy: 'forward/globalAveragePool2d',
  },
  {
    what: 'slope 1 of relu at 0',
    layers: {
      activation: withGradient(activation, (dx, { layer, input, dy }) =>
        layer.function === 'relu' ? dy.map((g, m) => (input.data[m] >= 0 ? g : 0)) : dx,
      ),
    },
    caughtBy: 'gradient/0 at the kink of relu',
  },
  {
    what: 'relu6 whose gradient is that of relu',
    layers: {
      activation: withGradient(activation, (dx, { layer, input, dy }) =>
        layer.function === 'relu6' ? dy.map((g, m) => (input.data[m] > 0 ? g : 0)) : dx,
      ),
    },
    caughtBy: 'gradient/activation',
  },
  {
    what: 'silu with the slope of sigmoid',
    layers: {
      activation: (layer, input, run) =>
        layer.function !== 'silu'
          ? activation(layer, input, run)
          : {
              output: activation(layer, input, run).output,
              backward: activation({ ...layer, function: 'sigmoid' }, input, run).backward,
            },
    },
    caughtBy: 'gradient/activation',
  },
  {
    what: 'dropout that does not scale what stays',
    layers: {
      dropout: (layer, input, run) => {
        const step = dropout(layer, input, run);
        const factor = run.mode === 'train' ? 1 - layer.rate : 1;
        return { ...step, output: { ...step.output, data: step.output.data.map((x) => x * factor) } };
      },
    },
    caughtBy: 'dropout/zeroes its share, scales the rest, and goes back the same way',
  },
  {
    what: 'dropout whose gradient has another mask',
    layers: { dropout: withGradient(dropout, (_, { dy }) => dy) },
    caughtBy: 'dropout/zeroes its share, scales the rest, and goes back the same way',
  },
  {
    what: 'dropout in evaluation mode',
    layers: {
      dropout: (layer, input, run) =>
        dropout(layer, input, {
          ...run,
          mode: 'train',
          dropoutMask: (_, size) => Float64Array.from({ length: size }, (_, i) => i % 2),
        }),
    },
    caughtBy: 'dropout/does nothing in evaluation mode',
  },
  {
    what: 'stochastic depth that drops value by value',
    layers: { dropout: (layer, input, run) => dropout({ ...layer, unit: 'value' }, input, run) },
    caughtBy: 'dropout/of samples drops all values of a sample or none',
  },
  {
    what: 'stochastic depth that does not scale what stays',
    layers: {
      dropout: (layer, input, run) => {
        const step = dropout(layer, input, run);
        const data = step.output.data.map((x) => x * (1 - layer.rate));
        return { ...step, output: { ...step.output, data } };
      },
    },
    caughtBy: 'dropout/of samples drops all values of a sample or none',
  },
  {
    what: 'stochastic depth whose gradient reaches dropped bodies',
    layers: { dropout: withGradient(dropout, (_, { dy, layer }) => dy.map((g) => g / (1 - layer.rate))) },
    caughtBy: 'dropout/of samples drops all values of a sample or none',
  },
  {
    what: 'stochastic depth in evaluation mode',
    layers: {
      dropout: (layer, input, run) =>
        layer.unit !== 'sample'
          ? dropout(layer, input, run)
          : dropout(layer, input, {
              ...run,
              mode: 'train',
              dropoutMask: (_, size) => Float64Array.from({ length: size }, (_, i) => i % 2),
            }),
    },
    caughtBy: 'dropout/does nothing in evaluation mode',
  },
  {
    what: 'a slice that always begins at the first channel',
    layers: {
      channelSlice: ({ kind, start, end }, input, run) =>
        channelSlice({ kind, start: 0, end: end - start }, input, run),
    },
    caughtBy: 'forward/channelSlice',
  },
  {
    what: 'a slice whose gradient lands on the first channels',
    layers: {
      channelSlice: (layer, input, run) => ({
        output: channelSlice(layer, input, run).output,
        backward: channelSlice({ ...layer, start: 0, end: layer.end - layer.start }, input, run).backward,
      }),
    },
    caughtBy: 'gradient/channelSlice',
  },
  {
    what: 'a shuffle the other way round',
    layers: {
      channelShuffle: (layer, input, run) =>
        channelShuffle({ ...layer, groups: input.shape.at(-1)! / layer.groups }, input, run),
    },
    caughtBy: 'forward/channelShuffle',
  },
  {
    what: 'a shuffle whose gradient is shuffled once more',
    layers: {
      channelShuffle: withGradient(channelShuffle, (_, { layer, input, run, dy }) =>
        channelShuffle(layer, { ...input, data: dy }, run).output.data.slice(),
      ),
    },
    caughtBy: 'gradient/channelShuffle',
  },
  {
    what: 'branches in reverse order',
    layers: {
      concat: (layer, input, run) => concat({ ...layer, branches: layer.branches.toReversed() }, input, run),
    },
    caughtBy: 'forward/concat',
  },
  {
    what: 'a concatenation whose input gets the gradient of its first branch alone',
    layers: {
      concat: withGradient(concat, (dx, { layer, input, run, dy }) => {
        const [first] = layer.branches;
        const { shape } = run.chain(first, input).output;
        const [width, channels] = [shape.at(-1)!, dy.length / (input.data.length / input.shape.at(-1)!)];
        const own = dy.filter((_, m) => m % channels < width);
        return layer.branches.length > 1 ? run.chain(first, input).backward(own) : dx;
      }),
    },
    caughtBy: 'gradient/concat',
  },
  {
    what: 'a gate that adds',
    layers: {
      gate: (layer, input, run) => {
        const step = gate(layer, input, run);
        const data = step.output.data.map((value, m) => value + input.data[m]);
        return { ...step, output: { ...step.output, data } };
      },
    },
    caughtBy: 'forward/gate',
  },
  {
    what: 'a gate whose factors are taken as constants in the gradient',
    layers: {
      gate: withGradient(gate, (_, { input, layer, run, dy }) => {
        const y = gate(layer, input, { ...run, mode: 'eval' }).output.data;
        return dy.map((g, m) => (g * y[m]) / input.data[m]);
      }),
    },
    caughtBy: 'gradient/gate',
  },
  {
    what: 'a residual without its shortcut in the gradient',
    layers: {
      residual: withGradient(residual, (dx, { layer, dy }) =>
        layer.shortcut.length === 0 ? dx.map((g, m) => g - dy[m]) : dx,
      ),
    },
    caughtBy: 'gradient/residual',
  },
  {
    what: 'a net of branches with its parts in another order',
    layers: {
      concat: (layer, input, run) => concat({ ...layer, branches: layer.branches.toReversed() }, input, run),
    },
    caughtBy: 'gradient/small net with branches',
  },
  {
    what: 'a kept shape that holds the sum',
    layers: {
      globalAveragePool2d: (layer, input, run) => {
        const step = globalAveragePool2d(layer, input, run);
        const area = layer.keepShape ? input.shape[0] * input.shape[1] : 1;
        return { ...step, output: { ...step.output, data: step.output.data.map((value) => value * area) } };
      },
    },
    caughtBy: 'forward/globalAveragePool2d',
  },
  {
    what: 'weights transposed',
    layers: {
      dense: withArrays(dense, (arrays) => ({ ...arrays, weight: arrays.weight!.slice().reverse() })),
    },
    caughtBy: 'forward/dense',
  },
];

it.each(broken)('catches $what', async ({ layers, caughtBy }) => {
  const report = await checkBackend({ create: () => createOracleBackend({ layers }), only: [caughtBy] });
  expect(report.failed.map(({ name, error }) => `${name}: ${(error as Error).name}`)).toEqual([
    `${caughtBy}: ConformanceError`,
  ]);
});
