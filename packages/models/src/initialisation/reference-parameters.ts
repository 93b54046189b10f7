import { mulberry32, ProtoNormError, type ModelSpec } from '@protonorm/tensor';
import { checkSize } from './check-size.ts';
import { fanIn } from './fan.ts';

/**
 * The initial parameters of the reference runs and golden vectors: one mulberry32 stream over all parameters in order.
 *
 * U(-b, b) as (2 u - 1) b in float64, then rounded to float32; b = sqrt(6 / fan_in) for the weights of layers without bias
 * and of all convolutions of a net with batch norm (those of squeeze-and-excitation have a bias), else 1 / sqrt(fan_in).
 * Batch norm: weight 1, bias 0, which consume no numbers.
 *
 * The golden models were drawn with seed 1000, the micro runs with 77000 + client, the digits and CIFAR runs with
 * 1000 * partition seed + client.
 *
 * @param seed - an integer, its low 32 bits count
 * @returns part 'all' in the order of the plan, float32
 * @throws `invalid-argument` when the seed is no integer, `invalid-model`
 * @example
 * ```ts
 * import { linear, referenceParameters } from '@protonorm/models';
 * const spec = linear([64], { classes: 10, features: 16 });
 * referenceParameters(spec, 77000)[0].toFixed(6); // => '0.106957'
 * ```
 */
export function referenceParameters(spec: ModelSpec, seed: number): Float32Array {
  if (!Number.isSafeInteger(seed)) {
    throw new ProtoNormError('invalid-argument', `A reference seed must be an integer, received ${seed}.`, {
      received: seed,
    });
  }
  const plan = checkSize(spec);
  const values = new Float32Array(plan.size.all);
  const uniform = mulberry32(seed);
  const normalised = plan.buffers.length > 0;
  for (const array of plan.parameters) {
    const { layer, offset, size } = array;
    if (layer.kind === 'batchNorm') {
      values.fill(array.role === 'weight' ? 1 : 0, offset, offset + size);
      continue;
    }
    const hasBias = !('bias' in layer) || (layer.bias ?? true);
    const wide = !hasBias || (normalised && layer.kind === 'conv2d' && array.role === 'weight');
    const bound = wide ? Math.sqrt(6 / fanIn(array)) : 1 / Math.sqrt(fanIn(array));
    for (let i = offset; i < offset + size; i++) values[i] = (2 * uniform() - 1) * bound;
  }
  return values;
}
