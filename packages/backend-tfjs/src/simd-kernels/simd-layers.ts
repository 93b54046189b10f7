import type { DeviceLayers } from '../device/device-layers.ts';
import { kernelLayers } from '../kernel-layers/kernel-layers.ts';
import { adaptiveAveragePool1dLayer } from '../layers/adaptive-average-pool1d.ts';
import { simdOperations } from './simd-operations.ts';

/** Layers in kernels; only features of a sample are averaged by a loop, which needs a fraction of a product with weights. */
export const simdLayers: DeviceLayers = {
  ...kernelLayers(simdOperations),
  adaptiveAveragePool1d: adaptiveAveragePool1dLayer,
};
