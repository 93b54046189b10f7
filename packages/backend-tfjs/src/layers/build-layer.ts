import { ProtoNormError, type LayerSpec } from '@protonorm/tensor';
import { activationLayer } from './activation.ts';
import { adaptiveAveragePool1dLayer } from './adaptive-average-pool1d.ts';
import { batchNormLayer } from './batch-norm.ts';
import { channelShuffleLayer } from './channel-shuffle.ts';
import { channelSliceLayer } from './channel-slice.ts';
import { concatLayer } from './concat.ts';
import { conv2dLayer } from './conv2d.ts';
import { denseLayer } from './dense.ts';
import { dropoutLayer } from './dropout.ts';
import { flattenLayer } from './flatten.ts';
import { gateLayer } from './gate.ts';
import { globalAveragePool2dLayer } from './global-average-pool2d.ts';
import type { Layer, LayerContext } from './layer.ts';
import { maxPool2dLayer } from './max-pool2d.ts';
import { residualLayer } from './residual.ts';

/**
 * The layers of a chain of specs.
 *
 * @throws `unsupported-layer` for a kind that this backend does not know
 */
export function buildLayers(specs: readonly LayerSpec[], context: LayerContext): Layer[] {
  return specs.map((spec) => buildLayer(spec, context));
}

function buildLayer(spec: LayerSpec, context: LayerContext): Layer {
  // The table's types say that an entry takes the specs of its kind.
  const own = context.device.layers[spec.kind] as
    ((spec: LayerSpec, context: LayerContext) => Layer) | undefined;
  if (own) return own(spec, context);
  switch (spec.kind) {
    case 'dense':
      return denseLayer(spec, context);
    case 'conv2d':
      return conv2dLayer(spec, context);
    case 'batchNorm':
      return batchNormLayer(spec, context);
    case 'activation':
      return activationLayer(spec, context);
    case 'maxPool2d':
      return maxPool2dLayer(spec, context);
    case 'globalAveragePool2d':
      return globalAveragePool2dLayer(spec, context);
    case 'flatten':
      return flattenLayer(context);
    case 'adaptiveAveragePool1d':
      return adaptiveAveragePool1dLayer(spec, context);
    case 'dropout':
      return dropoutLayer(spec, context);
    case 'channelSlice':
      return channelSliceLayer(spec, context);
    case 'channelShuffle':
      return channelShuffleLayer(spec, context);
    case 'concat':
      return concatLayer(
        spec.branches.map((branch) => buildLayers(branch, context)),
        context,
      );
    case 'gate':
      return gateLayer(buildLayers(spec.body, context), context);
    case 'residual':
      return residualLayer(
        { body: buildLayers(spec.body, context), shortcut: buildLayers(spec.shortcut, context) },
        context,
      );
    default: {
      const unknown: never = spec;
      throw new ProtoNormError(
        'unsupported-layer',
        `backend-tfjs does not know the layer ${JSON.stringify(unknown)}.`,
        { received: unknown },
      );
    }
  }
}
