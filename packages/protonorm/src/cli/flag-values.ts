import { nearestName, ProtoNormError } from '@protonorm/tensor';

/** An integer flag. @throws `invalid-argument` */
export function integerFlag(
  name: string,
  text: string | undefined,
  range: { readonly min: number; readonly max?: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const { min, max = Number.MAX_SAFE_INTEGER } = range;
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < min || value > max) {
    const expected = range.max === undefined ? `an integer >= ${min}` : `an integer from ${min} to ${max}`;
    throw new ProtoNormError('invalid-argument', `--${name} must be ${expected}, received '${text}'.`, {
      received: text,
      expected,
    });
  }
  return value;
}

/** A number flag. @throws `invalid-argument` */
export function numberFlag(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    throw new ProtoNormError('invalid-argument', `--${name} must be a number, received '${text}'.`, {
      received: text,
    });
  }
  return value;
}

/** A list of integers >= 0, such as '1,2,3'. @throws `invalid-argument` */
export function integerListFlag(name: string, text: string | undefined): readonly number[] | undefined {
  return text?.split(',').map((part) => integerFlag(name, part.trim(), { min: 0 })!);
}

/** Pairs such as 'lambda=5,pa=false,weighting=samples'. @throws `invalid-argument` */
export function pairsFlag(name: string, text: string | undefined): Record<string, number | boolean | string> {
  if (text === undefined || text === '') return {};
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) {
        throw new ProtoNormError(
          'invalid-argument',
          `--${name} takes pairs such as lambda=5,pa=false; received '${pair}'.`,
          { received: text },
        );
      }
      const value = pair.slice(at + 1);
      const parsed =
        value === 'true'
          ? true
          : value === 'false'
            ? false
            : value !== '' && Number.isFinite(Number(value))
              ? Number(value)
              : value;
      return [pair.slice(0, at).trim(), parsed];
    }),
  );
}

/** A number above 0. @throws `invalid-argument` */
export function positiveFlag(name: string, text: string | undefined): number | undefined {
  const value = numberFlag(name, text);
  if (value === undefined || value > 0) return value;
  throw new ProtoNormError('invalid-argument', `--${name} must be a number > 0, received '${text}'.`, {
    received: text,
  });
}

/** One of a few names. @throws `invalid-argument` */
export function choiceFlag<T extends string>(
  name: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  const chosen = choices.find((choice) => choice === text);
  if (text === undefined || chosen !== undefined) return chosen;
  const near = nearestName(text, choices);
  throw new ProtoNormError(
    'invalid-argument',
    `--${name} must be one of ${choices.join(', ')}, received '${text}'.`,
    {
      received: text,
      expected: choices,
      ...(near !== undefined && { hint: `Did you mean '${near}'?` }),
    },
  );
}
