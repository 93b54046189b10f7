import type { LayerSpec, ModelArray, ModelPlan } from '@protonorm/tensor';
import { chainOutputShape, innerChains, layerOutputShape } from '@protonorm/tensor';

/** How the numbers of a parameter lie in memory: as the kernels read them, so that a step packs nothing. */
export type ArrayLayout =
  /** Weights [groups][ceil(outputs / 8)][taps * inputs][8], outputs and inputs of one group. */
  | {
      readonly kind: 'packed';
      readonly groups: number;
      readonly outputs: number;
      readonly taps: number;
      readonly inputs: number;
    }
  /** Depthwise filters [taps][channels]. */
  | { readonly kind: 'depthwise'; readonly taps: number; readonly channels: number }
  /** One number a channel, each group rounded up to a multiple of 8. */
  | { readonly kind: 'vector'; readonly groups: number; readonly outputs: number };

/** A parameter and its place. */
export interface PlacedArray {
  readonly array: ModelArray;
  readonly layout: ArrayLayout;
  /** Floats from the beginning of the parameters; a multiple of 16. */
  readonly offset: number;
  /** Floats that it takes, with what rounds it up. */
  readonly length: number;
}

/** Where all parameters of a model lie, encoder first. */
export interface ParameterLayout {
  readonly arrays: readonly PlacedArray[];
  readonly byName: ReadonlyMap<string, PlacedArray>;
  /** Floats in all, and of the encoder. */
  readonly length: number;
  readonly encoderLength: number;
}

/** Lays out the parameters of a model. */
export function layoutParameters(plan: ModelPlan): ParameterLayout {
  const { spec } = plan;
  const flattened = new Map<LayerSpec, readonly number[]>();
  findFlattened(spec.encoder, spec.input, flattened);
  findFlattened(spec.head, chainOutputShape(spec.encoder, spec.input), flattened);
  const arrays: PlacedArray[] = [];
  let offset = 0;
  let encoderLength = 0;
  for (const array of plan.parameters) {
    const layout = layoutOf(array, flattened.get(array.layer));
    const length = Math.ceil(lengthOf(layout) / 16) * 16;
    arrays.push({ array, layout, offset, length });
    offset += length;
    if (array.part === 'encoder') encoderLength = offset;
  }
  const byName = new Map(arrays.map((placed) => [placed.array.name, placed]));
  return { arrays, byName, length: offset, encoderLength };
}

/**
 * Dense layers right behind a flattened image, with its shape: their weights are laid out as those of a convolution over
 * the whole image, and nothing is permuted when they run.
 */
function findFlattened(
  layers: readonly LayerSpec[],
  input: readonly number[],
  found: Map<LayerSpec, readonly number[]>,
): void {
  let shape = input;
  layers.forEach((layer, i) => {
    const next = layers[i + 1];
    if (layer.kind === 'flatten' && shape.length === 3 && next?.kind === 'dense') found.set(next, shape);
    for (const chain of innerChains(layer)) findFlattened(chain, shape, found);
    shape = layerOutputShape(layer, shape);
  });
}

function layoutOf({ layer, role, size }: ModelArray, flattened: readonly number[] | undefined): ArrayLayout {
  if (layer.kind === 'conv2d') {
    const { inputs, outputs, kernel, groups = 1 } = layer;
    if (role === 'bias') {
      const own = isDepthwise(layer) ? 1 : groups;
      return { kind: 'vector', groups: own, outputs: outputs / own };
    }
    const taps = kernel[0] * kernel[1];
    if (isDepthwise(layer)) return { kind: 'depthwise', taps, channels: outputs };
    return { kind: 'packed', groups, outputs: outputs / groups, taps, inputs: inputs / groups };
  }
  if (layer.kind === 'dense' && role === 'weight') {
    const [height, width, channels] = flattened ?? [1, 1, layer.inputs];
    return { kind: 'packed', groups: 1, outputs: layer.outputs, taps: height * width, inputs: channels };
  }
  return { kind: 'vector', groups: 1, outputs: size };
}

/** One filter for each channel. */
export function isDepthwise(layer: {
  readonly inputs: number;
  readonly outputs: number;
  readonly groups?: number;
}): boolean {
  return layer.groups === layer.inputs && layer.outputs === layer.inputs && layer.inputs > 1;
}

function lengthOf(layout: ArrayLayout): number {
  switch (layout.kind) {
    case 'packed':
      return layout.groups * roundUp8(layout.outputs) * layout.taps * layout.inputs;
    case 'depthwise':
      return layout.taps * layout.channels;
    case 'vector':
      return layout.groups * roundUp8(layout.outputs);
  }
}

/** The next multiple of 8. */
export function roundUp8(n: number): number {
  return Math.ceil(n / 8) * 8;
}
