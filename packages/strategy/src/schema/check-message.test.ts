import { isProtoNormError, type Prototypes } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { checkMessage } from './check-message.ts';
import { t, type Field, type MessageSchema } from './field.ts';

const axes = { d: 3, C: 4, P: 5 };

function check(schema: MessageSchema, message: unknown): void {
  checkMessage(schema, message, { axes, what: 'up', classes: axes.C });
}

function expectRefused(schema: MessageSchema, message: unknown, says: RegExp): void {
  let error: unknown;
  try {
    check(schema, message);
  } catch (thrown) {
    error = thrown;
  }
  expect(isProtoNormError(error, 'schema-violation'), `refused by ${String(error)}`).toBe(true);
  expect((error as Error).message).toMatch(says);
}

const accept = (field: Field, value: unknown): void => check({ x: field }, { x: value });
const refuse = (field: Field, value: unknown, says: RegExp): void =>
  expectRefused({ x: field }, { x: value }, says);

const table = (given: Partial<Prototypes> = {}): Prototypes => ({
  dim: 3,
  classes: Int32Array.of(0, 3),
  counts: Float64Array.of(2, 1),
  vectors: Float32Array.of(1, 2, 2, 0, 0, 6),
  ...given,
});

describe('checkMessage', () => {
  it('returns the message', () => {
    const message = { x: new Float32Array(5) };
    expect(checkMessage({ x: t.tensor(['P']) }, message, { axes, what: 'up' })).toBe(message);
  });

  it.each([null, undefined, 3, 'text', [new Float32Array(5)]])(
    'refuses %j, which is no object',
    (message) => {
      expectRefused({ x: t.tensor(['P']) }, message, /^up is no object of fields/);
    },
  );

  it('refuses missing and undeclared fields, and does not look at inherited ones', () => {
    expectRefused({ x: t.scalar() }, {}, /^up\.x must be a finite number; received undefined/);
    expectRefused({ x: t.scalar() }, { x: 1, secret: 2 }, /^up\.secret is not declared; the schema has 'x'/);
    expectRefused({}, { x: 1 }, /^up\.x is not declared; the schema has no fields/);
    expectRefused({ x: t.scalar() }, Object.create({ x: 1 }) as object, /^up\.x must be/);
    expectRefused({ toString: t.scalar() }, {}, /received undefined/);
  });
});

describe('checkMessage of a tensor', () => {
  it('takes arrays of the declared type alone', () => {
    accept(t.tensor(['P']), new Float32Array(5));
    accept(t.tensor(['P'], { type: 'int32' }), new Int32Array(5));
    accept(t.tensor(['P'], { type: 'uint8' }), new Uint8Array(5));
    refuse(t.tensor(['P']), new Float64Array(5), /^up\.x must be a Float32Array; received Float64Array of 5/);
    refuse(t.tensor(['P']), [1, 2, 3, 4, 5], /received an array of 5/);
    refuse(t.tensor(['P'], { type: 'int32' }), new Float32Array(5), /must be a Int32Array/);
    refuse(t.tensor(['P'], { type: 'uint8' }), new Uint8ClampedArray(5), /must be a Uint8Array/);
    refuse(t.tensor(['P']), { length: 5 }, /received an object/);
  });

  it('checks lengths against numbers, named axes and unknown ones', () => {
    accept(t.tensor([2, 'd']), new Float32Array(6));
    accept(t.tensor([]), new Float32Array(1));
    accept(t.tensor(['?', 'd']), new Float32Array(9));
    accept(t.tensor(['?', 'd']), new Float32Array(0));
    accept(t.tensor(['?', '?', 'd']), new Float32Array(12));
    accept(t.tensor([0, '?']), new Float32Array(0));
    refuse(t.tensor(['P']), new Float32Array(4), /^up\.x must be P = 5 long; received 4/);
    refuse(t.tensor([2, 'd']), new Float32Array(5), /must have the shape \[2, d = 3\]; received 5/);
    refuse(t.tensor(['?', 'd']), new Float32Array(8), /shape \[\?, d = 3\]/);
    refuse(t.tensor([0, '?']), new Float32Array(1), /shape/);
  });

  it('binds other names where they first occur', () => {
    const schema = { a: t.tensor(['r', 'd']), b: t.tensor(['r']) };
    check(schema, { a: new Float32Array(6), b: new Float32Array(2) });
    expectRefused(
      schema,
      { a: new Float32Array(6), b: new Float32Array(3) },
      /^up\.b must be r = 2 long; received 3/,
    );
  });

  it('binds them also from a later field', () => {
    const schema = { a: t.tensor(['r', 's']), b: t.tensor(['r']), c: t.tensor(['s']) };
    check(schema, { a: new Float32Array(6), b: new Float32Array(2), c: new Float32Array(3) });
    expectRefused(
      schema,
      { a: new Float32Array(6), b: new Float32Array(4), c: new Float32Array(3) },
      /^up\.a must have the shape \[r = 4, s = 3\]; received 6/,
    );
    expectRefused(
      { a: t.tensor(['r', 's']), b: t.tensor(['r']) },
      { a: new Float32Array(6), b: new Float32Array(4) },
      /^up\.a must have the shape \[r = 4, s\]/,
    );
  });

  it('binds a name that occurs twice to the root of the length', () => {
    const schema = { a: t.tensor(['r', 'r']), b: t.tensor(['r']) };
    check(schema, { a: new Float32Array(9), b: new Float32Array(3) });
    expectRefused(
      schema,
      { a: new Float32Array(8), b: new Float32Array(3) },
      /^up\.a must have the shape \[r, r\]/,
    );
  });

  it('refuses floats that are not finite, and norms above the limit', () => {
    refuse(t.tensor(['d']), Float32Array.of(0, NaN, 0), /^up\.x has NaN at position 1/);
    refuse(t.tensor(['d']), Float32Array.of(0, 0, -Infinity), /-Infinity at position 2/);
    accept(t.tensor(['d'], { maxNorm: 3 }), Float32Array.of(1, 2, 2));
    refuse(t.tensor(['d'], { maxNorm: 2.99 }), Float32Array.of(1, 2, 2), /has the norm 3, above 2\.99/);
    refuse(t.tensor(['d'], { type: 'int32', maxNorm: 2 }), Int32Array.of(1, 2, 2), /has the norm 3/);
    accept(t.tensor(['d'], { maxNorm: 1e39 }), Float32Array.of(3e38, 3e38, 3e38)); // the square overflows no double
  });
});

describe('checkMessage of prototypes', () => {
  it('takes well-formed tables, also empty ones', () => {
    accept(t.prototypes('d'), table());
    accept(
      t.prototypes('d'),
      table({ classes: new Int32Array(0), counts: new Float64Array(0), vectors: new Float32Array(0) }),
    );
  });

  it.each([undefined, null, 3, {}])('refuses %j', (value) => {
    refuse(t.prototypes('d'), value, /^up\.x/);
  });

  it.each<[string, Partial<Prototypes>, RegExp]>([
    ['another dim', { dim: 2, vectors: new Float32Array(4) }, /^up\.x\.dim must be d = 3 long; received 2/],
    ['a dim that is no integer', { dim: 1.5, vectors: new Float32Array(3) }, /dim must be an integer/],
    ['too few counts', { counts: Float64Array.of(1) }, /2 classes/],
    ['too few vectors', { vectors: new Float32Array(5) }, /5 vector entries/],
    ['a class twice', { classes: Int32Array.of(3, 3) }, /ascending/],
    ['descending classes', { classes: Int32Array.of(3, 0) }, /ascending/],
    ['a negative class', { classes: Int32Array.of(-1, 3) }, /ascending and not negative/],
    [
      'a class above C',
      { classes: Int32Array.of(0, 4) },
      /has the class 4, but the federation has the classes 0\.\.3/,
    ],
    ['a count of 0', { counts: Float64Array.of(1, 0) }, /counts must be positive/],
    ['an infinite count', { counts: Float64Array.of(1, Infinity) }, /counts must be positive/],
    ['NaN', { vectors: Float32Array.of(1, 2, 2, 0, NaN, 6) }, /^up\.x of class 3 has NaN at dimension 1/],
  ])('refuses %s', (_, given, says) => {
    refuse(t.prototypes('d'), table(given), says);
  });

  it('limits the norm of each row', () => {
    accept(t.prototypes('d', { maxNorm: 6 }), table());
    refuse(t.prototypes('d', { maxNorm: 5 }), table(), /^up\.x of class 3 has the norm 6, above 5/);
  });

  it('binds an unknown dim, and refuses one that does not fit the wire', () => {
    const schema = { a: t.prototypes('s'), b: t.tensor(['s']) };
    check(schema, { a: table(), b: new Float32Array(3) });
    expectRefused(schema, { a: table(), b: new Float32Array(2) }, /^up\.b must be s = 3 long/);
    const empty = { classes: new Int32Array(0), counts: new Float64Array(0), vectors: new Float32Array(0) };
    refuse(t.prototypes('?'), table({ ...empty, dim: 2 ** 32 }), /^up\.x\.dim must be below 2\^32/);
  });

  it('does not limit classes where their number is not known', () => {
    checkMessage(
      { x: t.prototypes('d') },
      { x: table({ classes: Int32Array.of(7, 900) }) },
      { axes, what: 'up' },
    );
  });
});

describe('checkMessage of scalars, optionals and lists', () => {
  it('checks a scalar', () => {
    accept(t.scalar(), -0.5);
    accept(t.scalar({ min: 1, max: 3, integer: true }), 3);
    refuse(t.scalar(), NaN, /must be a finite number; received NaN/);
    refuse(t.scalar(), Infinity, /must be a finite number/);
    refuse(t.scalar(), '3', /must be a finite number; received 3/);
    refuse(t.scalar(), 3n, /must be a finite number/);
    refuse(t.scalar({ integer: true }), 1.5, /must be an integer; received 1\.5/);
    refuse(t.scalar({ integer: true }), 2 ** 53, /must be an integer/);
    refuse(t.scalar({ min: 1 }), 0.999, /must be at least 1; received 0\.999/);
    refuse(t.scalar({ max: 1 }), 1.001, /must be at most 1/);
  });

  it('checks an optional field only when it is there', () => {
    accept(t.optional(t.scalar({ min: 1 })), undefined);
    check({ x: t.optional(t.scalar()) }, {});
    accept(t.optional(t.scalar({ min: 1 })), 1);
    refuse(t.optional(t.scalar({ min: 1 })), 0, /at least 1/);
    refuse(t.optional(t.scalar()), null, /must be a finite number/);
  });

  it('checks each item of a list and their number', () => {
    const field = t.list(t.scalar({ min: 0 }), { maxItems: 2 });
    accept(field, []);
    accept(field, [1, 2]);
    refuse(field, [1, 2, 3], /may have at most 2 items; received 3/);
    refuse(field, [1, -1], /^up\.x\[1\] must be at least 0/);
    refuse(field, new Array<number>(2), /^up\.x\[0\] must be a finite number; received undefined/);
    refuse(field, { length: 1, 0: 1 }, /must be an array/);
    refuse(field, new Float32Array(2), /must be an array; received Float32Array of 2/);
    refuse(
      t.list(t.list(t.tensor(['P']), { maxItems: 1 }), { maxItems: 1 }),
      [[new Float32Array(1)]],
      /^up\.x\[0\]\[0\]/,
    );
  });

  it('refuses a kind of field that it does not know', () => {
    refuse({ kind: 'blob' } as unknown as Field, 1, /unknown kind of field/);
  });
});
