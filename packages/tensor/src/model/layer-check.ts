import { ProtoNormError } from '../errors/protonorm-error.ts';
import type { LayerSpec } from './layer-spec.ts';

const activations = ['relu', 'relu6', 'silu', 'tanh', 'sigmoid'];

/**
 * Checks the numbers of one layer, whatever its input: counts are integers >= 1, rates and momenta lie in their ranges.
 *
 * @throws `invalid-model` with the layer, its member and what was received
 */
export function checkLayer(layer: LayerSpec): void {
  switch (layer.kind) {
    case 'dense':
      checkName(layer);
      checkCounts(layer, { inputs: layer.inputs, outputs: layer.outputs });
      return;
    case 'conv2d': {
      const groups = layer.groups ?? 1;
      checkName(layer);
      checkCounts(layer, { inputs: layer.inputs, outputs: layer.outputs, groups });
      checkPair(layer, 'kernel', layer.kernel, 1);
      checkPair(layer, 'stride', layer.stride ?? [1, 1], 1);
      checkPair(layer, 'padding', layer.padding ?? [0, 0], 0);
      if (layer.inputs % groups !== 0 || layer.outputs % groups !== 0)
        fail(layer, `has ${groups} groups, which do not divide its channels`, groups);
      return;
    }
    case 'maxPool2d': {
      const { kernel, stride = kernel, padding = [0, 0] } = layer;
      checkPair(layer, 'kernel', kernel, 1);
      checkPair(layer, 'stride', stride, 1);
      checkPair(layer, 'padding', padding, 0);
      if (padding[0] * 2 > kernel[0] || padding[1] * 2 > kernel[1])
        fail(layer, 'has a padding above half its kernel', padding);
      return;
    }
    case 'batchNorm': {
      const { channels, momentum = 0.1, epsilon = 1e-5 } = layer;
      checkName(layer);
      checkCounts(layer, { channels });
      if (!(momentum >= 0 && momentum <= 1))
        fail(layer, `has the momentum ${momentum}, outside of [0, 1]`, momentum);
      if (!(epsilon > 0 && Number.isFinite(epsilon)))
        fail(layer, `has the epsilon ${epsilon}, not positive`, epsilon);
      return;
    }
    case 'adaptiveAveragePool1d':
      checkCounts(layer, { size: layer.size });
      return;
    case 'dropout':
      if (!(layer.rate >= 0 && layer.rate < 1))
        fail(layer, `has the rate ${layer.rate}, outside of [0, 1)`, layer.rate);
      if (!['value', 'sample'].includes(layer.unit ?? 'value'))
        fail(layer, `has the unknown unit '${String(layer.unit)}'`, layer.unit);
      return;
    case 'channelSlice': {
      const { start, end } = layer;
      if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start < end))
        fail(
          layer,
          `has the channels ${String(start)} to ${String(end)}, not integers with 0 <= start < end`,
          [start, end],
        );
      return;
    }
    case 'channelShuffle':
      checkCounts(layer, { groups: layer.groups });
      return;
    case 'concat':
      if (
        !Array.isArray(layer.branches) ||
        layer.branches.length === 0 ||
        !layer.branches.every(Array.isArray)
      )
        fail(layer, 'needs at least one list of layers as branches', layer);
      return;
    case 'gate':
      if (!Array.isArray(layer.body)) fail(layer, 'needs a list of layers as body', layer);
      return;
    case 'activation':
      if (!activations.includes(layer.function))
        fail(layer, `has the unknown function '${String(layer.function)}'`, layer.function);
      return;
    case 'residual':
      if (!Array.isArray(layer.body) || !Array.isArray(layer.shortcut))
        fail(layer, 'needs lists of layers as body and shortcut', layer);
      return;
    case 'globalAveragePool2d':
      if (!['undefined', 'boolean'].includes(typeof layer.keepShape))
        fail(layer, `has keepShape ${String(layer.keepShape)}, not true or false`, layer.keepShape);
      return;
    case 'flatten':
      return;
    default: {
      const unknown: never = layer;
      throw new ProtoNormError('invalid-model', `Unknown kind of layer: ${JSON.stringify(unknown)}.`, {
        received: unknown,
      });
    }
  }
}

/** How messages call a layer. */
export function layerName(layer: LayerSpec): string {
  return 'name' in layer ? `${layer.kind} '${layer.name}'` : layer.kind;
}

function checkName(layer: Extract<LayerSpec, { name: string }>): void {
  if (typeof layer.name === 'string' && layer.name !== '') return;
  fail(layer, 'needs a name, from which its parameters take theirs', layer.name);
}

function checkCounts(layer: LayerSpec, counts: Readonly<Record<string, number>>): void {
  for (const [member, count] of Object.entries(counts)) {
    if (!(Number.isSafeInteger(count) && count >= 1))
      fail(layer, `has ${member} ${String(count)}, not an integer >= 1`, count);
  }
}

function checkPair(layer: LayerSpec, member: string, pair: readonly number[], least: number): void {
  if (Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isSafeInteger(n) && n >= least))
    return;
  fail(layer, `has ${member} ${JSON.stringify(pair)}, not two integers >= ${least}`, pair);
}

function fail(layer: LayerSpec, why: string, received: unknown): never {
  throw new ProtoNormError('invalid-model', `The layer ${layerName(layer)} ${why}.`, { received });
}
