import type { Kernels } from '../../kernels.ts';
import * as activation from './activation-checks.test-support.ts';
import * as batchNorm from './batch-norm-checks.test-support.ts';
import * as depthwise from './depthwise-checks.test-support.ts';
import * as elementwise from './elementwise-checks.test-support.ts';
import * as gate from './gate-checks.test-support.ts';
import type { KernelCheck } from './kernel-check.test-support.ts';
import * as linearAlgebra from './linear-algebra-checks.test-support.ts';
import * as loss from './loss-checks.test-support.ts';
import * as optimiser from './optimiser-checks.test-support.ts';
import * as pooling from './pooling-checks.test-support.ts';
import * as product from './product-checks.test-support.ts';
import * as rearranging from './rearranging-checks.test-support.ts';
import * as winograd from './winograd-checks.test-support.ts';

/** A check for every kernel. */
export const allChecks: Readonly<Record<keyof Kernels, KernelCheck>> = {
  ...activation,
  ...batchNorm,
  ...depthwise,
  ...elementwise,
  ...gate,
  ...linearAlgebra,
  ...loss,
  ...optimiser,
  ...pooling,
  ...product,
  ...rearranging,
  ...winograd,
};
