import type { LayerSpec } from '@protonorm/tensor';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { View } from '../graph/view.ts';
import { activation } from './activation.ts';
import type { ActivationName } from './activation-code.ts';
import { batchNorm } from './batch-norm.ts';
import { channelShuffle } from './channel-shuffle.ts';
import { concat } from './concat.ts';
import { convolution, dense } from './convolution.ts';
import type { ChainOptions } from './chain-builder.ts';
import { copy } from './copy.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import { gate } from './gate.ts';
import { adaptiveAveragePool1d, globalAveragePool2d, maxPool2d } from './pooling.ts';
import { fusesActivation, residual } from './residual.ts';

/** Adds the operations of layers one behind the other; those that can be computed together are. */
export function buildChain(layers: readonly LayerSpec[], x: View, { graph, target }: ChainOptions): View {
  let value = x;
  let at = 0;
  while (at < layers.length) {
    const step = nextStep(layers, at, { graph, value });
    at += step.layers;
    // A value that this chain has made and that no other layer sees.
    const fresh = value.storage !== x.storage;
    value = step.build({ graph, target: at === layers.length ? target : undefined }, fresh);
  }
  return target === undefined || value === target ? value : copy(value, target, graph);
}

interface Step {
  /** How many layers it takes. */
  readonly layers: number;
  readonly build: (options: ChainOptions, fresh: boolean) => View;
}

function nextStep(
  layers: readonly LayerSpec[],
  at: number,
  { graph, value: x }: { readonly graph: GraphBuilder; readonly value: View },
): Step {
  const layer = layers[at];
  const next = layers[at + 1];
  const following: ActivationName = next?.kind === 'activation' ? next.function : 'none';
  const relu = following === 'relu';
  switch (layer.kind) {
    case 'conv2d': {
      const pooled = relu && layers[at + 2]?.kind === 'maxPool2d';
      return {
        layers: relu ? 2 : 1,
        build: (options) => convolution(layer, x, { ...options, relu, pooled }),
      };
    }
    case 'dense':
      return { layers: relu ? 2 : 1, build: (options) => denseLayer(layer, x, { ...options, relu }) };
    case 'flatten': {
      if (next?.kind !== 'dense' || x.shape.length !== 3)
        return { layers: 1, build: (options) => flatten(x, options) };
      const then = layers[at + 2];
      const fused = then?.kind === 'activation' && then.function === 'relu';
      return {
        layers: fused ? 3 : 2,
        build: (options) => denseLayer(next, x, { ...options, relu: fused }),
      };
    }
    case 'batchNorm':
      return {
        layers: following === 'none' ? 1 : 2,
        build: (options, fresh) => batchNorm(layer, x, { ...options, activation: following, fresh }),
      };
    case 'activation':
      return { layers: 1, build: (options) => activation(layer, x, options) };
    case 'residual': {
      const fused = following !== 'none' && fusesActivation(layer, following, graph);
      return {
        layers: fused ? 2 : 1,
        build: (options) =>
          residual(layer, x, { ...options, buildChain, activation: fused ? following : 'none' }),
      };
    }
    case 'maxPool2d':
      return {
        layers: 1,
        build: (options) => maxPool2d(layer, x, { ...options, positive: isPooledConvolution(layers, at) }),
      };
    case 'globalAveragePool2d':
      return { layers: 1, build: (options) => globalAveragePool2d(layer, x, options) };
    case 'adaptiveAveragePool1d':
      return { layers: 1, build: (options) => adaptiveAveragePool1d(layer, x, options) };
    case 'dropout':
      return { layers: 1, build: (options) => dropout(layer, x, options) };
    case 'concat':
      return { layers: 1, build: (options) => concat(layer, x, { ...options, buildChain }) };
    case 'gate':
      return { layers: 1, build: (options) => gate(layer, x, { ...options, buildChain }) };
    case 'channelShuffle':
      return { layers: 1, build: (options) => channelShuffle(layer, x, options) };
    case 'channelSlice': {
      const { start, end } = layer;
      const channels = end - start;
      const shape = [...x.shape.slice(0, -1), channels];
      return { layers: 1, build: () => graph.slice(x, { start, channels, shape }) };
    }
  }
}

/** Whether a max pool stands behind a convolution with relu, whose gradient it then masks: where y > 0. */
function isPooledConvolution(layers: readonly LayerSpec[], at: number): boolean {
  const [convolution, between] = [layers[at - 2], layers[at - 1]];
  return convolution?.kind === 'conv2d' && between.kind === 'activation' && between.function === 'relu';
}

function denseLayer(
  layer: Extract<LayerSpec, { kind: 'dense' }>,
  x: View,
  options: ChainOptions & { readonly relu: boolean },
): View {
  const { name, outputs, bias = true } = layer;
  return dense(name, x, { ...options, outputs, bias });
}
