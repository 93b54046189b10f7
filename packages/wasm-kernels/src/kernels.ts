import type { ActivationKernels } from './kernels/activation-kernels.ts';
import type { BatchNormKernels } from './kernels/batch-norm-kernels.ts';
import type { DepthwiseKernels } from './kernels/depthwise-kernels.ts';
import type { ElementwiseKernels } from './kernels/elementwise-kernels.ts';
import type { GateKernels } from './kernels/gate-kernels.ts';
import type { LinearAlgebraKernels } from './kernels/linear-algebra-kernels.ts';
import type { LossKernels } from './kernels/loss-kernels.ts';
import type { OptimiserKernels } from './kernels/optimiser-kernels.ts';
import type { PoolingKernels } from './kernels/pooling-kernels.ts';
import type { ProductKernels } from './kernels/product-kernels.ts';
import type { RearrangingKernels } from './kernels/rearranging-kernels.ts';

/**
 * All kernels.
 *
 * Pointers are byte offsets into the memory (multiples of 4), pitches and counts are in float32 numbers. An image in
 * memory is given by a pointer to its first inner pixel and three pitches: to the next image, row and pixel (NHWC); what
 * lies between (halos, other channels) is not touched.
 */
export interface Kernels
  extends
    ActivationKernels,
    BatchNormKernels,
    DepthwiseKernels,
    ElementwiseKernels,
    GateKernels,
    LinearAlgebraKernels,
    LossKernels,
    OptimiserKernels,
    PoolingKernels,
    ProductKernels,
    RearrangingKernels {}
