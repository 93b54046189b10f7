/** What a member of a spec must be, in words and as a test. */
export interface FieldCheck {
  /** 'an integer >= 1' */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** A dimension or a number of something. */
export const count: FieldCheck = { expected: 'an integer >= 1', accepts: (value) => isInteger(value, 1) };

/** A position, counted from 0. */
export const index: FieldCheck = { expected: 'an integer >= 0', accepts: (value) => isInteger(value, 0) };

/** A non-empty text of at most 200 characters. */
export const text: FieldCheck = {
  expected: 'a text of 1 to 200 characters',
  accepts: (value) => typeof value === 'string' && value.length >= 1 && value.length <= 200,
};

/** true or false. */
export const flag: FieldCheck = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

/** [height, width], both at least `minimum`. */
export function pairFrom(minimum: number): FieldCheck {
  return {
    expected: `two integers >= ${minimum}, [height, width]`,
    accepts: (value) =>
      Array.isArray(value) && value.length === 2 && value.every((n) => isInteger(n, minimum)),
  };
}

/** A number in a range; the expectation says which. */
export function number(expected: string, inRange: (value: number) => boolean): FieldCheck {
  return {
    expected,
    accepts: (value) => typeof value === 'number' && Number.isFinite(value) && inRange(value),
  };
}

/** One of some texts. */
export function oneOf(...choices: readonly string[]): FieldCheck {
  return {
    expected: `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`,
    accepts: (value) => typeof value === 'string' && choices.includes(value),
  };
}

/** The shape of one input. */
export const shape: FieldCheck = {
  expected: 'a list of 1 to 3 integers >= 1, [height, width, channels] or [length]',
  accepts: (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= 3 && value.every((n) => isInteger(n, 1)),
};

function isInteger(value: unknown, minimum: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= minimum;
}
