import { ProtoNormError } from '../../errors/protonorm-error.ts';
import type { DropoutLayer, LayerSpec } from '../../model/layer-spec.ts';
import type { ModelArray, ModelPlan } from '../../model/model-plan.ts';
import type { LayerArrays, LayerRun, OracleRun } from './layer-run.ts';
import { oracleLayers, runLayers, type OracleLayers } from './oracle-layers.ts';

/** What goes into a pass of the oracle. */
export interface OracleInputs {
  /** Part 'all', any precision; computed with in float64. */
  readonly parameters: ArrayLike<number>;
  /** Part 'buffers'; not changed. */
  readonly buffers: ArrayLike<number>;
  /** Shape [B, ...input], or [B, d] from the features. */
  readonly inputs: ArrayLike<number>;
  readonly mode: 'train' | 'eval';
  /** @defaultValue 'inputs' */
  readonly from?: 'inputs' | 'features';
  /** 1 for each value (or sample, by the layer's unit) that stays, 0 for the others; needed in training mode by models with dropout. */
  readonly dropoutMask?: (layer: DropoutLayer, size: number) => ArrayLike<number>;
  /** Other implementations of layers. */
  readonly layers?: Partial<OracleLayers>;
}

/** What comes out of it. */
export interface OracleOutputs {
  /** Shape [B, d], float64. */
  readonly features: Float64Array;
  /** Shape [B, C], float64. */
  readonly logits: Float64Array;
  /** Part 'buffers' behind the pass. */
  readonly buffers: Float64Array;
  /** How far the nearest kink of a relu or a maximum is. */
  readonly kink: number;
  /** Adds the gradients of the parameters to `into` (part 'all') and returns the gradient by the inputs. */
  backward(
    gradients: { readonly features?: ArrayLike<number>; readonly logits?: ArrayLike<number> },
    into: Float64Array,
  ): Float64Array;
}

/**
 * One pass through a model in float64: the plain definition of what a backend computes.
 *
 * Written to be read, not to be fast; finite differences of its outputs are the truth that gradients are held against.
 */
export function oracleForward(plan: ModelPlan, options: OracleInputs): OracleOutputs {
  const { spec } = plan;
  const { mode, from = 'inputs' } = options;
  const parameters = Float64Array.from(options.parameters);
  const buffers = Float64Array.from(options.buffers);
  const views = viewsByLayer([
    ...plan.parameters.map((array) => ({ array, vector: parameters })),
    ...plan.buffers.map((array) => ({ array, vector: buffers })),
  ]);
  let gradients = new Map<LayerSpec, LayerArrays>();
  let kink = Infinity;
  const run: OracleRun = {
    mode,
    arrays: (layer) => views.get(layer)!,
    gradients: (layer) => gradients.get(layer)!,
    chain: (layers, input) => runLayers(layers, input, context),
    dropoutMask: (layer, size) => {
      if (options.dropoutMask) return options.dropoutMask(layer, size);
      throw new ProtoNormError(
        'invalid-argument',
        'A model with dropout needs randomness in training mode, but received none.',
        { hint: "Pass `rng`, such as createRng(seed).split('dropout')." },
      );
    },
    nearKink: (distance) => (kink = Math.min(kink, distance)),
  };
  const context = { run, table: { ...oracleLayers, ...options.layers } };
  const shape = from === 'inputs' ? spec.input : [spec.features];
  const batch = options.inputs.length / shape.reduce((a, b) => a * b, 1);
  const input = { batch, shape, data: Float64Array.from(options.inputs) };
  const encoder: LayerRun = runLayers(from === 'inputs' ? spec.encoder : [], input, context);
  const head = runLayers(spec.head, encoder.output, context);
  return {
    features: encoder.output.data,
    logits: head.output.data,
    buffers,
    kink,
    backward(outputs, into) {
      gradients = viewsByLayer(plan.parameters.map((array) => ({ array, vector: into })));
      const dLogits = Float64Array.from(outputs.logits ?? new Float64Array(batch * spec.classes));
      const dFeatures = head.backward(dLogits).map((value, i) => value + (outputs.features?.[i] ?? 0));
      return encoder.backward(dFeatures);
    },
  };
}

function viewsByLayer(
  entries: readonly { readonly array: ModelArray; readonly vector: Float64Array }[],
): Map<LayerSpec, LayerArrays> {
  const views = new Map<LayerSpec, LayerArrays>();
  for (const { array, vector } of entries) {
    const view = vector.subarray(array.offset, array.offset + array.size);
    views.set(array.layer, { ...views.get(array.layer), [array.role]: view });
  }
  return views;
}
