import type { LinearAlgebra } from '@protonorm/prototype-math';
import { createWasmLinearAlgebra } from '@protonorm/prototype-math/wasm';
import { isProtoNormError } from '@protonorm/tensor';
import type { ProductsChoice } from './align-task.ts';

/**
 * Classes from which on opening the kernels pays, also for one alignment in a new process: at 100 classes `simplex` (512
 * dimensions) took 190 ms of processor time with them and 313 in plain JavaScript, `orthoSimplices` (64) 112 and 157, `anneal`
 * (32) 91 and 147; at 50 it is 150 and 190, at 10 they cost more than they save (69 and 57).
 */
const MANY = 100;

/**
 * What products are computed on; undefined = plain JavaScript.
 *
 * @throws `backend-unavailable` when the build that was asked for does not run here
 */
export async function openLinearAlgebra(
  choice: ProductsChoice,
  classes: number,
): Promise<LinearAlgebra | undefined> {
  if (choice === 'javascript' || (choice === 'auto' && classes < MANY)) return undefined;
  try {
    return await createWasmLinearAlgebra(choice === 'auto' ? 'simd' : choice);
  } catch (error) {
    if (choice === 'auto' && isProtoNormError(error, 'backend-unavailable')) return undefined;
    throw error;
  }
}
