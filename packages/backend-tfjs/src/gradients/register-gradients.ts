import { ProtoNormError } from '@protonorm/tensor';

/**
 * Makes the gradients of tfjs's operations known, so that `tf.grads`, `tf.train` and `optimizer.minimize` work with
 * `@tensorflow/tfjs-core` alone (the union package `@tensorflow/tfjs` does the same by itself). Learners do not need it.
 *
 * @throws `backend-unavailable` in Node when this package runs from its sources: the file in question imports others
 *   without extension, which bundlers (also that of the published package) resolve and Node does not
 */
export async function registerGradients(): Promise<void> {
  try {
    await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
  } catch (cause) {
    throw new ProtoNormError('backend-unavailable', "tfjs's gradients could not be loaded.", {
      hint: 'Use the built package, or import @tensorflow/tfjs in place of @tensorflow/tfjs-core.',
      cause,
    });
  }
}
