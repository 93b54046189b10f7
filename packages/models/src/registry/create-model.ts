import { isProtoNormError, ProtoNormError, type ModelSpec } from '@protonorm/tensor';
import { checkSize } from '../initialisation/check-size.ts';
import { findModel, modelNames, type ModelEntry, type ModelName } from './model-catalogue.ts';
import { unknownModel } from './unknown-name.ts';

/** What {@link createModel} needs beside the name. */
export interface CreateModelOptions {
  /** Shape of one input: [height, width, channels] or [length]. */
  readonly input: readonly number[];
  /** Number of classes C; an integer >= 1. */
  readonly classes: number;
  /** Feature size d, equal for all clients of a run; an integer >= 1. @defaultValue 512 */
  readonly features?: number;
  /** Widths of the hidden layers; only for 'mlp'. @defaultValue [256, 256] */
  readonly hidden?: readonly number[];
}

/**
 * Builds the spec of a named model for a data shape.
 *
 * @param name - one of `modelNames`
 * @throws `unknown-model` with the list and the nearest name; `invalid-model` when the input shape does not fit (with the
 *   models that fit it), or classes, features or hidden are out of range
 * @example
 * ```ts
 * import { createModel } from '@protonorm/models';
 * const spec = createModel('resnet8', { input: [32, 32, 3], classes: 10 });
 * [spec.name, spec.features, spec.head.length]; // => ['resnet8', 512, 1]
 * ```
 */
export function createModel(name: ModelName | (string & {}), options: CreateModelOptions): ModelSpec {
  const entry = findModel(name);
  if (entry === undefined) throw unknownModel(name);
  checkOptions(name, entry, options);
  try {
    return build(entry, options);
  } catch (cause) {
    if (!isProtoNormError(cause, 'invalid-model')) throw cause;
    throw misfit(name, options, cause);
  }
}

/**
 * The names of the models that take an input shape.
 *
 * @throws `invalid-model` when the shape is malformed
 * @example
 * ```ts
 * import { fittingModels } from '@protonorm/models';
 * fittingModels([13]).slice(0, 3); // => ['linear', 'mlp', 'digits-mlp']
 * ```
 */
export function fittingModels(input: readonly number[]): readonly ModelName[] {
  checkInput('of any name', input);
  return modelNames.filter((name) => {
    const entry = findModel(name);
    try {
      return entry !== undefined && build(entry, { input, classes: 1 }) !== undefined;
    } catch (error) {
      if (isProtoNormError(error, 'invalid-model')) return false;
      throw error;
    }
  });
}

function build(entry: ModelEntry, options: CreateModelOptions): ModelSpec {
  const { input, ...rest } = options;
  const spec = entry.create(input, rest);
  checkSize(spec);
  return spec;
}

function misfit(name: string, options: CreateModelOptions, cause: ProtoNormError): ProtoNormError {
  const shape = `[${options.input.join(', ')}]`;
  const fitting = fittingModels(options.input);
  return new ProtoNormError(
    'invalid-model',
    `The model '${name}' does not fit inputs of the shape ${shape}: ${cause.message}`,
    {
      received: options.input,
      expected: `a shape like [${findModel(name)?.typicalInput.join(', ')}]`,
      hint:
        fitting.length === 0
          ? 'No model of the catalogue fits this shape.'
          : `Models that fit this shape: ${fitting.join(', ')}.`,
      cause,
    },
  );
}

function checkOptions(name: string, entry: ModelEntry, options: CreateModelOptions): void {
  checkInput(`'${name}'`, options.input);
  for (const what of ['classes', 'features'] as const) {
    const value = options[what];
    if (value === undefined && what === 'features') continue;
    if (!isCount(value)) {
      throw new ProtoNormError(
        'invalid-model',
        `${what} of the model '${name}' must be an integer >= 1, received ${String(value)}.`,
        { received: value },
      );
    }
  }
  if (options.hidden === undefined) return;
  if (entry.hidden !== true) {
    throw new ProtoNormError('invalid-model', `The model '${name}' has no option hidden.`, {
      received: options.hidden,
      hint: "Leave it out, or take the model 'mlp'.",
    });
  }
  if (!Array.isArray(options.hidden) || options.hidden.length === 0 || !options.hidden.every(isCount)) {
    throw new ProtoNormError(
      'invalid-model',
      `hidden of the model '${name}' must be a list of at least one integer >= 1, received ${JSON.stringify(options.hidden)}.`,
      { received: options.hidden, hint: "For a model without hidden layers take 'linear'." },
    );
  }
}

function checkInput(model: string, input: unknown): void {
  if (Array.isArray(input) && input.length >= 1 && input.every(isCount)) return;
  throw new ProtoNormError(
    'invalid-model',
    `The input of the model ${model} must be a list of integers >= 1, received ${JSON.stringify(input) ?? 'nothing'}.`,
    { received: input, expected: '[height, width, channels] or [length]' },
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}
