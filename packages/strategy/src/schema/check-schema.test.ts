import { isProtoNormError } from '@protonorm/tensor';
import { describe, expect, it } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { t } from './field.ts';

describe('checkSchema', () => {
  it('takes what the builders make', () => {
    checkSchema({}, 'up');
    checkSchema(
      {
        w: t.tensor(['P', 3, '?'], { maxNorm: 1 }),
        n: t.scalar({ min: 0, max: 1 }),
        p: t.optional(t.prototypes(7)),
        l: t.list(t.list(t.tensor([], { type: 'uint8' }), { maxItems: 0 }), { maxItems: 3 }),
      },
      'up',
    );
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', 3, /The field up must be an object of fields, received 3/],
    ['a list', [t.scalar()], /received an array/],
    ['a name that is none', { 'two words': t.scalar() }, /up\.two words is no name/],
    ['__proto__', JSON.parse('{"__proto__":{"kind":"scalar"}}'), /is no name/],
    ['a field that is none', { x: null }, /up\.x must be a field, received null/],
    ['an unknown kind', { x: { kind: 'blob' } }, /unknown kind of field, received blob/],
    ['no axes', { x: { kind: 'tensor', type: 'float32' } }, /needs axes/],
    ['a negative axis', { x: t.tensor([-1]) }, /needs axes/],
    ['an empty name of an axis', { x: t.tensor(['']) }, /needs axes/],
    ['an unknown type', { x: { kind: 'tensor', axes: [], type: 'float16' } }, /must be of type/],
    ['a negative norm', { x: t.tensor(['P'], { maxNorm: -1 }) }, /up\.x\.maxNorm must be a number >= 0/],
    ['a dim that is none', { x: { kind: 'prototypes' } }, /needs a dim/],
    ['an empty range', { x: t.scalar({ min: 2, max: 1 }) }, /up\.x\.max must be a number >= 2, received 1/],
    ['a limit that is NaN', { x: t.scalar({ min: NaN }) }, /up\.x\.min must be a number, received NaN/],
    ['a list without a limit', { x: { kind: 'list', field: t.scalar() } }, /needs maxItems/],
    [
      'a bad item',
      { x: t.list({ kind: 'blob' } as never, { maxItems: 1 }) },
      /up\.x\[\] has an unknown kind/,
    ],
    ['a bad optional', { x: t.optional(undefined as never) }, /up\.x must be a field, received undefined/],
  ])('refuses %s', (_, schema, says) => {
    let error: unknown;
    try {
      checkSchema(schema, 'up');
    } catch (thrown) {
      error = thrown;
    }
    expect(isProtoNormError(error, 'invalid-strategy')).toBe(true);
    expect((error as Error).message).toMatch(says);
  });
});
