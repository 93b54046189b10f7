import type { DeviceLayers } from '../device/device-layers.ts';
import { activationByKernels } from './activation.ts';
import { adaptiveAveragePool1dByKernels } from './adaptive-average-pool1d.ts';
import { batchNormByKernels } from './batch-norm.ts';
import { conv2dByKernels } from './conv2d.ts';
import { denseByKernels } from './dense.ts';
import { dropoutByKernels } from './dropout.ts';
import { globalAveragePool2dByKernels } from './global-average-pool2d.ts';
import { gateByKernels } from './gate.ts';
import type { KernelOperations } from './kernel-operations.ts';
import { maxPool2dByKernels } from './max-pool2d.ts';

/**
 * Layers that leave every number on the device: for GPUs, whose memory the host does not see, and for native libraries,
 * whose kernels are faster than loops in JavaScript. The other kinds of layers are of that sort already.
 */
export function kernelLayers(operations: KernelOperations): DeviceLayers {
  return {
    dense: (spec, context) => denseByKernels(spec, context, operations),
    conv2d: (spec, context) => conv2dByKernels(spec, context, operations),
    batchNorm: (spec, context) => batchNormByKernels(spec, context, operations),
    activation: (spec, context) => activationByKernels(spec, context, operations),
    maxPool2d: (spec, context) => maxPool2dByKernels(spec, context, operations),
    globalAveragePool2d: globalAveragePool2dByKernels,
    adaptiveAveragePool1d: adaptiveAveragePool1dByKernels,
    dropout: dropoutByKernels,
    gate: gateByKernels,
  };
}
