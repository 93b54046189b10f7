import type { ModelArray, ModelSpec, Rng } from '@protonorm/tensor';
import { checkSize } from './check-size.ts';
import { fanIn, fanOut } from './fan.ts';

/**
 * Draws the parameters of a model as PyTorch's layers do by default.
 *
 * Dense and conv: weight and bias U(-b, b), b = 1 / sqrt(fan_in) (that is what `kaiming_uniform_(a=sqrt(5))` gives);
 * 'kaiming-normal-fan-out': weight N(0, 2 / fan_out); with '-zero-bias' also bias 0; batch norm: weight 1, bias 0.
 *
 * Each array has its own stream `rng.split(name)`: adding or widening a layer leaves the others as they were, and equal
 * layers of different models start equal.
 *
 * @param rng - node of the RNG tree, for example `createRng(seed).split('client-3', 'init')`
 * @returns part 'all' in the order of the plan, float32, owned by the caller
 * @throws `invalid-model`
 * @example
 * ```ts
 * import { createModel, initialParameters } from '@protonorm/models';
 * import { createRng } from '@protonorm/tensor';
 * const spec = createModel('digits-mlp', { input: [8, 8, 1], classes: 10 });
 * initialParameters(spec, createRng(7).split('init')).length; // => 38410
 * ```
 */
export function initialParameters(spec: ModelSpec, rng: Rng): Float32Array {
  const plan = checkSize(spec);
  const values = new Float32Array(plan.size.all);
  for (const array of plan.parameters) {
    drawArray(array, rng.split(array.name), values.subarray(array.offset, array.offset + array.size));
  }
  return values;
}

/**
 * The buffers that a new model has: running means 0 and running variances 1.
 *
 * @returns part 'buffers' in the order of the plan, float32; empty for a model without batch norm
 * @throws `invalid-model`
 */
export function initialBuffers(spec: ModelSpec): Float32Array {
  const plan = checkSize(spec);
  const values = new Float32Array(plan.size.buffers);
  for (const { role, offset, size } of plan.buffers) {
    if (role === 'running_var') values.fill(1, offset, offset + size);
  }
  return values;
}

function drawArray(array: ModelArray, rng: Rng, values: Float32Array): void {
  const { layer, role } = array;
  if (layer.kind === 'batchNorm') {
    values.fill(role === 'weight' ? 1 : 0);
    return;
  }
  const init = ('init' in layer && layer.init) || 'torch-default';
  if (init === 'kaiming-normal-fan-out-zero-bias' && role === 'bias') return; // a new array holds zeros
  if (init !== 'torch-default' && role === 'weight') {
    const deviation = Math.sqrt(2 / fanOut(array));
    for (let i = 0; i < values.length; i++) values[i] = deviation * rng.normal();
    return;
  }
  const bound = 1 / Math.sqrt(fanIn(array));
  for (let i = 0; i < values.length; i++) values[i] = (2 * rng.uniform() - 1) * bound;
}
