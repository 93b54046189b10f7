import { innerChains, layerOutputShape, planModel, type LayerSpec, type ModelSpec } from '@protonorm/tensor';
import { summariseLayer } from './summarise-layer.ts';

/** One layer of a {@link ModelDescription}. */
export interface LayerRow {
  readonly part: 'encoder' | 'head';
  /** 0, and one more inside of each layer that holds layers. */
  readonly depth: number;
  /** Name of layers with parameters, such as 'base.conv1'; else empty. */
  readonly name: string;
  /** The layer in words, such as 'conv 5x5, 3 to 32'. */
  readonly layer: string;
  /** Shape of its output without the batch. */
  readonly output: readonly number[];
  /** Trained parameters of the layer; 0 for a layer that holds layers, which have rows of their own. */
  readonly parameters: number;
  /** Multiply-adds of the layer for one sample in a forward pass. */
  readonly multiplyAdds: number;
}

/** What a model costs; see {@link describeModel}. */
export interface ModelDescription {
  readonly name: string;
  readonly input: readonly number[];
  readonly features: number;
  readonly classes: number;
  /** Trained numbers: encoder and head. */
  readonly parameters: number;
  /** Numbers that are not trained: running statistics of batch norm. */
  readonly buffers: number;
  /** Multiply-adds of one forward pass of one sample; training takes about three times as many. */
  readonly multiplyAdds: number;
  /** Numbers that the activations of one sample take in a forward pass. */
  readonly activations: number;
  /** Bytes of all parameters as float32: what FedAvg sends in one direction. */
  readonly bytes: number;
  /** A row for each layer in the order of the forward pass, plain data for `console.table` or a report. */
  readonly layers: readonly LayerRow[];
}

/**
 * Says what a model is made of and what it costs, without allocating it.
 *
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { createModel, describeModel } from '@protonorm/models';
 * const { parameters, bytes } = describeModel(createModel('cnn', { input: [32, 32, 3], classes: 10 }));
 * [parameters, bytes]; // => [878538, 3514152]
 * ```
 */
export function describeModel(spec: ModelSpec): ModelDescription {
  const { size, multiplyAdds, activations } = planModel(spec);
  const layers: LayerRow[] = [];
  const walk = (
    chain: readonly LayerSpec[],
    input: readonly number[],
    place: { readonly part: LayerRow['part']; readonly depth: number },
  ): readonly number[] =>
    chain.reduce((shape, layer) => {
      const output = layerOutputShape(layer, shape);
      layers.push({ ...place, ...rowOf(layer, output) });
      const inside = { ...place, depth: place.depth + 1 };
      for (const inner of innerChains(layer)) walk(inner, shape, inside);
      return output;
    }, input);
  walk(spec.head, walk(spec.encoder, spec.input, { part: 'encoder', depth: 0 }), { part: 'head', depth: 0 });
  return {
    name: spec.name,
    input: spec.input,
    features: spec.features,
    classes: spec.classes,
    parameters: size.all,
    buffers: size.buffers,
    multiplyAdds,
    activations,
    bytes: 4 * size.all,
    layers,
  };
}

function rowOf(layer: LayerSpec, output: readonly number[]): Omit<LayerRow, 'part' | 'depth'> {
  const row = { name: 'name' in layer ? layer.name : '', layer: summariseLayer(layer), output };
  switch (layer.kind) {
    case 'dense': {
      const multiplyAdds = layer.inputs * layer.outputs;
      return { ...row, parameters: multiplyAdds + biases(layer), multiplyAdds };
    }
    case 'conv2d': {
      const weights =
        (layer.inputs / (layer.groups ?? 1)) * layer.outputs * layer.kernel[0] * layer.kernel[1];
      return {
        ...row,
        parameters: weights + biases(layer),
        multiplyAdds: weights * output[0] * output[1],
      };
    }
    case 'batchNorm':
      return { ...row, parameters: 2 * layer.channels, multiplyAdds: 0 };
    default:
      return { ...row, parameters: 0, multiplyAdds: 0 };
  }
}

function biases(layer: { readonly outputs: number; readonly bias?: boolean }): number {
  return (layer.bias ?? true) ? layer.outputs : 0;
}
