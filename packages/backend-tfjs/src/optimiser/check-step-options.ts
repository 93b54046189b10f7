import { ProtoNormError, type StepOptions } from '@protonorm/tensor';

/**
 * Refuses step options outside of their ranges.
 *
 * @param size - numbers in part 'all'
 * @throws `invalid-argument`, `shape-mismatch`
 */
export function checkStepOptions({ optimiser, clipNorm, proximal, part }: StepOptions, size: number): void {
  const check = (name: string, value: number | undefined, [low, high]: readonly [number, number]): void => {
    if (value === undefined || (value >= low && value < high)) return;
    throw new ProtoNormError('invalid-argument', `${name} must be in [${low}, ${high}), received ${value}.`, {
      received: value,
      expected: [low, high],
    });
  };
  check('learningRate', optimiser.learningRate ?? NaN, [0, Infinity]);
  check('weightDecay', optimiser.weightDecay, [0, Infinity]);
  if (optimiser.kind === 'sgd') {
    check('momentum', optimiser.momentum, [0, Infinity]);
  } else if (optimiser.kind === 'adam') {
    check('beta1', optimiser.beta1, [0, 1]);
    check('beta2', optimiser.beta2, [0, 1]);
    check('epsilon', optimiser.epsilon, [0, Infinity]);
  } else {
    const { kind } = optimiser as { kind: unknown };
    throw new ProtoNormError('invalid-argument', `Unknown optimiser ${JSON.stringify(kind)}.`, {
      received: kind,
      expected: ['sgd', 'adam'],
    });
  }
  check('clipNorm', clipNorm, [0, Infinity]);
  check('proximal.weight', proximal?.weight, [0, Infinity]);
  if (proximal && proximal.reference.length !== size) {
    throw new ProtoNormError(
      'shape-mismatch',
      `The proximal reference has ${proximal.reference.length} numbers, the model ${size} parameters.`,
      { received: proximal.reference.length, expected: size },
    );
  }
  if (part !== undefined && part !== 'all' && part !== 'encoder' && part !== 'head') {
    throw new ProtoNormError('invalid-argument', `Unknown part ${JSON.stringify(part)}.`, {
      received: part,
      expected: ['all', 'encoder', 'head'],
    });
  }
}
