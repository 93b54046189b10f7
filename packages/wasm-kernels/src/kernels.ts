import type { ActivationKernels } from './kernels/activation-kernels.ts';
import type { BatchNormKernels } from './kernels/batch-norm-kernels.ts';
import type { ProductKernels } from './kernels/product-kernels.ts';

/**
 * All kernels.
 *
 * Pointers are byte offsets into the memory (multiples of 4), pitches and counts are in float32 numbers. An image in
 * memory is given by a pointer to its first inner pixel and three pitches: to the next image, row and pixel (NHWC); what
 * lies between (halos, other channels) is not touched.
 */
export interface Kernels extends ActivationKernels, BatchNormKernels, ProductKernels {}
