import { ProtoNormError } from '../errors/protonorm-error.ts';
import type { ModelPart, ModelPlan } from '../model/model-plan.ts';
import { firstNotFinite } from './first-not-finite.ts';
import type { ForwardOptions, OutputGradients, StepOptions } from './learner.ts';

/**
 * The number of samples in a flat batch.
 *
 * @param plan - the model
 * @param inputs - shape [B, ...input], or [B, d] from the features
 * @throws `shape-mismatch` when the length is no positive multiple of one sample
 */
export function batchSizeOf(
  plan: ModelPlan,
  inputs: Float32Array,
  { from = 'inputs' }: { readonly from?: 'inputs' | 'features' } = {},
): number {
  const shape = from === 'inputs' ? plan.spec.input : [plan.spec.features];
  const sample = shape.reduce((a, b) => a * b, 1);
  if (inputs.length === 0 || inputs.length % sample !== 0) {
    throw new ProtoNormError(
      'shape-mismatch',
      `A batch of the model '${plan.spec.name}' must hold whole samples of [${shape.join(', ')}], received ${inputs.length} numbers.`,
      { received: inputs.length, expected: `a positive multiple of ${sample}` },
    );
  }
  return inputs.length / sample;
}

/** @throws `shape-mismatch` */
function checkPartLength(plan: ModelPlan, part: ModelPart, length: number): void {
  if (length === plan.size[part]) return;
  throw new ProtoNormError(
    'shape-mismatch',
    `Part '${part}' of the model '${plan.spec.name}' has ${plan.size[part]} numbers, received ${length}.`,
    { received: length, expected: plan.size[part] },
  );
}

/**
 * Where the numbers of a part are read to: the caller's array, or a fresh one.
 *
 * @throws `shape-mismatch` for an array of another length
 */
export function partTarget(plan: ModelPlan, part: ModelPart, into: Float32Array | undefined): Float32Array {
  if (into === undefined) return new Float32Array(plan.size[part]);
  checkPartLength(plan, part, into.length);
  return into;
}

/**
 * Checks the numbers of a part before they are written.
 *
 * @throws `shape-mismatch`, `not-finite` with the name of the array and the position in it
 */
export function checkPartValues(plan: ModelPlan, part: ModelPart, values: Float32Array): void {
  checkPartLength(plan, part, values.length);
  const bad = firstNotFinite(values);
  if (bad < 0) return;
  const { offset: start } = partRange(plan, part);
  const array = (part === 'buffers' ? plan.buffers : plan.parameters).find(
    ({ offset, size }) => start + bad < offset + size,
  )!;
  throw new ProtoNormError(
    'not-finite',
    `'${array.name}' of the model '${plan.spec.name}' would be ${values[bad]} at position ${start + bad - array.offset}.`,
    { received: values[bad], hint: 'Training has diverged, or the numbers were damaged on their way.' },
  );
}

/** Where a part lies: in the vector of all parameters, or in that of all buffers. */
export function partRange(
  plan: ModelPlan,
  part: ModelPart,
): { readonly offset: number; readonly size: number } {
  return { offset: part === 'head' ? plan.size.encoder : 0, size: plan.size[part] };
}

/**
 * Checks how a forward pass is asked for.
 *
 * @throws `invalid-argument` for another mode or entrance than the known ones
 */
export function checkForward({ mode, from = 'inputs' }: Pick<ForwardOptions, 'mode' | 'from'>): void {
  for (const [name, received, expected] of [
    ['mode', mode, ['train', 'eval']],
    ['from', from, ['inputs', 'features']],
  ] as const) {
    if ((expected as readonly string[]).includes(received)) continue;
    throw new ProtoNormError(
      'invalid-argument',
      `The ${name} of a forward pass is one of ${expected.join(', ')}, received ${JSON.stringify(received)}.`,
      { received, expected },
    );
  }
}

/**
 * Checks the gradients that go into `backward`.
 *
 * @throws `shape-mismatch`
 */
export function checkOutputGradients(
  plan: ModelPlan,
  gradients: OutputGradients,
  { size }: { readonly size: number },
): void {
  const { features, classes } = plan.spec;
  for (const [what, values, width] of [
    ['features', gradients.features, features],
    ['logits', gradients.logits, classes],
  ] as const) {
    if (values === undefined || values.length === size * width) continue;
    throw new ProtoNormError(
      'shape-mismatch',
      `The gradient by the ${what} of ${size} samples must have ${size * width} numbers, received ${values.length}.`,
      { received: values.length, expected: size * width },
    );
  }
}

/**
 * Checks the settings of an optimiser step.
 *
 * @throws `invalid-argument` for rates that are negative or not finite, momenta outside of [0, 1), a clip norm that is not
 *   positive; `shape-mismatch` and `not-finite` for the reference of the proximal pull
 */
export function checkStep(plan: ModelPlan, { optimiser, clipNorm, proximal }: StepOptions): void {
  const ranges: [what: string, value: number | undefined, accepted: (x: number) => boolean, range: string][] =
    [
      ['learningRate', optimiser.learningRate, notNegative, 'finite and >= 0'],
      ['weightDecay', optimiser.weightDecay, notNegative, 'finite and >= 0'],
      ['clipNorm', clipNorm, positive, 'positive'],
      ['proximal.weight', proximal?.weight, notNegative, 'finite and >= 0'],
    ];
  switch (optimiser.kind) {
    case 'sgd':
      ranges.push(['momentum', optimiser.momentum, fraction, 'in [0, 1)']);
      break;
    case 'adam':
      ranges.push(
        ['beta1', optimiser.beta1, fraction, 'in [0, 1)'],
        ['beta2', optimiser.beta2, fraction, 'in [0, 1)'],
        ['epsilon', optimiser.epsilon, positive, 'positive'],
      );
      break;
    default: {
      const unknown: never = optimiser;
      throw new ProtoNormError('invalid-argument', `Unknown optimiser ${JSON.stringify(unknown)}.`, {
        received: unknown,
        expected: ['sgd', 'adam'],
      });
    }
  }
  for (const [what, value, accepted, range] of ranges) {
    if (value === undefined ? what === 'learningRate' : !accepted(value)) {
      throw new ProtoNormError('invalid-argument', `${what} of a step must be ${range}, received ${value}.`, {
        received: value,
        expected: range,
      });
    }
  }
  if (proximal) checkPartValues(plan, 'all', proximal.reference);
}

const notNegative = (x: number): boolean => x >= 0 && Number.isFinite(x);
const positive = (x: number): boolean => x > 0 && Number.isFinite(x);
const fraction = (x: number): boolean => x >= 0 && x < 1;
