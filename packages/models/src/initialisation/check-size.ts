import { planModel, ProtoNormError, type ModelPlan, type ModelSpec } from '@protonorm/tensor';

/** Most numbers of a kind that a model may have: 2^29 float32 are 2 GiB, what one ArrayBuffer holds everywhere. */
const maximumSize = 2 ** 29;

/**
 * The plan of a model of a size that can be allocated.
 *
 * @throws `invalid-model` when the model has more than 2^29 parameters, buffers, inputs or activations
 */
export function checkSize(spec: ModelSpec): ModelPlan {
  const plan = planModel(spec);
  for (const [part, size] of [
    ['parameters', plan.size.all],
    ['buffers', plan.size.buffers],
    ['inputs', spec.input.reduce((product, size) => product * size, 1)],
    ['activations for each sample', plan.activations],
  ] as const) {
    if (!(size <= maximumSize)) {
      throw new ProtoNormError(
        'invalid-model',
        `The model '${spec.name}' has ${size} ${part}, more than the ${maximumSize} that can be held.`,
        { received: size, expected: maximumSize, hint: 'Lower the input shape, the features or the widths.' },
      );
    }
  }
  return plan;
}
