import type { LinearAlgebra } from '@protonorm/prototype-math';
import { createWasmLinearAlgebra } from '@protonorm/prototype-math/wasm';
import { isProtoNormError } from '@protonorm/tensor';
import type { ProductsChoice } from './align-task.ts';

/** Classes from which on compiling the kernels pays. */
const MANY = 500;

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
