import { ProtoNormError } from '@protonorm/tensor';

interface HyperBase<T> {
  readonly default: T;
  /** One sentence for the command line and the docs. */
  readonly description: string;
}

/** A real number in a range. */
export interface NumberHyper extends HyperBase<number> {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

/** On or off. */
export interface FlagHyper extends HyperBase<boolean> {
  readonly kind: 'flag';
}

/** One of several names. */
export interface ChoiceHyper<T extends string = string> extends HyperBase<T> {
  readonly kind: 'choice';
  readonly choices: readonly T[];
}

/** A hyperparameter as data: command-line flags, sweeps and docs come from it. */
export type Hyperparameter = NumberHyper | FlagHyper | ChoiceHyper;

/** The hyperparameters of a strategy by name. */
export type HyperSchema = Readonly<Record<string, Hyperparameter>>;

/** The value of a hyperparameter; of a union of them, where the hyperparameter is not known. */
export type HyperValue<P extends Hyperparameter> =
  P extends ChoiceHyper<infer T> ? T : P extends NumberHyper ? number : P extends FlagHyper ? boolean : never;

/** The values of hyperparameters. */
export type HyperValues<H extends HyperSchema> = { readonly [K in keyof H]: HyperValue<H[K]> };

/** A real number with its default and range. */
export function number(
  defaultValue: number,
  options: { readonly min?: number; readonly max?: number; readonly description: string },
): NumberHyper {
  const { min = -Infinity, max = Infinity, description } = options;
  return { kind: 'number', default: defaultValue, min, max, integer: false, description };
}

/** An integer with its default and range. */
export function integer(
  defaultValue: number,
  options: { readonly min?: number; readonly max?: number; readonly description: string },
): NumberHyper {
  return { ...number(defaultValue, options), integer: true };
}

/** On or off. */
export function flag(defaultValue: boolean, options: { readonly description: string }): FlagHyper {
  return { kind: 'flag', default: defaultValue, ...options };
}

/** One of several names. */
export function choice<const T extends string>(
  defaultValue: NoInfer<T>,
  choices: readonly T[],
  options: { readonly description: string },
): ChoiceHyper<T> {
  return { kind: 'choice', default: defaultValue, choices, ...options };
}

/**
 * Defaults with the given values in their place, each checked.
 *
 * @throws `invalid-hyper` for an unknown name or a value out of range; the message says what is known or allowed
 */
export function resolveHyper<H extends HyperSchema>(
  schema: H,
  given: Readonly<Record<string, unknown>> = {},
): HyperValues<H> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(schema, name)) {
      const known = Object.keys(schema);
      throw new ProtoNormError('invalid-hyper', `Unknown hyperparameter '${name}'.`, {
        received: name,
        expected: known,
        hint: known.length === 0 ? 'This strategy has none.' : `Known are ${known.join(', ')}.`,
      });
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, hyper] of Object.entries(schema)) {
    const value = given[name] === undefined ? hyper.default : given[name];
    const problem = problemOf(hyper, value);
    if (problem !== undefined) {
      throw new ProtoNormError(
        'invalid-hyper',
        `The hyperparameter '${name}' must be ${problem}, received ${preview(value)}.`,
        {
          received: value,
          expected: hyper,
        },
      );
    }
    values[name] = value;
  }
  return values as HyperValues<H>;
}

function problemOf(hyper: Hyperparameter, value: unknown): string | undefined {
  switch (hyper.kind) {
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'choice':
      return hyper.choices.includes(value as string) ? undefined : `one of ${hyper.choices.join(', ')}`;
    case 'number': {
      const ok =
        typeof value === 'number' && Number.isFinite(value) && value >= hyper.min && value <= hyper.max;
      const whole = !hyper.integer || Number.isSafeInteger(value);
      return ok && whole
        ? undefined
        : `${hyper.integer ? 'an integer' : 'a number'} in [${hyper.min}, ${hyper.max}]`;
    }
  }
}

/** Strings in quotes; NaN, functions and big integers as they are, where JSON would say null or fail. */
function preview(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
