import { isProtoNormError } from '@protonorm/tensor';
import { createBackend } from './create-backend.ts';

/** Why TensorFlow cannot be tested here, for the skip; undefined when it can. */
export async function nativeMissing(): Promise<string | undefined> {
  try {
    (await createBackend())[Symbol.dispose]();
    return undefined;
  } catch (error) {
    if (isProtoNormError(error) && error.code === 'backend-unavailable') return error.message;
    throw error;
  }
}
