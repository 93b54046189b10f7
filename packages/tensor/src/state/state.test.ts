import { isDeepStrictEqual } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtoNormError } from '../errors/protonorm-error.ts';
import { decodeSafetensors, encodeSafetensors } from '../safetensors/index.ts';
import { decodeState } from './decode-state.ts';
import { encodeState } from './encode-state.ts';
import type { StateTree } from './state-tree.ts';

fc.configureGlobal({ seed: 1 });

const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, NaN, Infinity, -Infinity));
const array = fc.oneof(
  fc.array(number, { maxLength: 5 }).map((values) => Float32Array.from(values)),
  fc.array(number, { maxLength: 5 }).map((values) => Float64Array.from(values)),
  fc.int32Array({ maxLength: 5 }),
  fc.uint8Array({ maxLength: 5 }),
);
const key = fc
  .oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('1', 'a/b', '~0', 'object', 'array', 'constructor', ''),
  )
  .filter((text) => text !== '__proto__');
const { tree } = fc.letrec<{ tree: StateTree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    number,
    fc.string({ unit: 'binary' }),
    array,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('tree')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries) as { [key: string]: StateTree }),
  ),
}));

describe('encodeState and decodeState', () => {
  it('writes the same bytes into an array of the caller, whatever it held', () => {
    fc.assert(
      fc.property(tree, fc.nat(40), (state, before) => {
        const fresh = encodeState(state);
        const given = encodeState(state, {
          allocate: (length) => new Uint8Array(before + length).fill(9).subarray(before),
        });
        expect(given.byteOffset).toBe(before);
        expect(given).toEqual(fresh);
      }),
    );
  });

  it('give back what went in, every bit and the order of the keys', () => {
    fc.assert(
      fc.property(tree, (state) => {
        const back = decodeState(encodeState(state));
        // vitest's toStrictEqual stumbles over a key named 'constructor'.
        expect(isDeepStrictEqual(back, state)).toBe(true);
        expect(orderOf(back)).toEqual(orderOf(state));
      }),
      { numRuns: 500 },
    );
  });

  it('give the same bytes for the same tree', () => {
    fc.assert(
      fc.property(tree, (state) => {
        const bytes = encodeState(state);
        expect(encodeState(state)).toEqual(bytes);
        expect(encodeState(decodeState(bytes))).toEqual(bytes);
      }),
    );
  });

  it('name arrays by their path, for whoever looks into the file', () => {
    const bytes = encodeState({ clients: [{ 'a/b': Float32Array.of(1) }], velocity: Float64Array.of(2) });
    expect(Object.keys(decodeSafetensors(bytes).tensors)).toEqual(['$/velocity', '$/clients/0/a~1b']);
  });

  it('keep class tables', () => {
    const prototypes = {
      dim: 2,
      classes: Int32Array.of(3),
      counts: Float64Array.of(5),
      vectors: Float32Array.of(1, -0),
    };
    expect(decodeState(encodeState({ prototypes, round: 4 }))).toStrictEqual({ prototypes, round: 4 });
  });

  it('copy both ways', () => {
    const values = Float32Array.of(1, 2);
    const bytes = encodeState(values);
    values.fill(0);
    const back = decodeState(bytes);
    bytes.fill(0);
    expect(back).toEqual(Float32Array.of(1, 2));
  });

  it('take plain objects of other realms and without a prototype', () => {
    const foreign = runInNewContext('({ a: [1, { b: true }] })') as StateTree;
    expect(decodeState(encodeState(foreign))).toEqual({ a: [1, { b: true }] });
    const bare = Object.assign(Object.create(null), { a: 1 }) as StateTree;
    expect(decodeState(encodeState(bare))).toStrictEqual({ a: 1 });
  });
});

describe('encodeState refuses', () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  it.each<[string, unknown, RegExp]>([
    ['undefined', { a: [1, undefined] }, /'\$\/a\/1'.*undefined/],
    ['a hole', { a: [1, , 2] }, /'\$\/a\/1'.*undefined/], // eslint-disable-line no-sparse-arrays
    ['a function', { f: () => 1 }, /'\$\/f'.*function/],
    ['a symbol', Symbol('s'), /'\$'.*symbol/],
    ['a bigint', { big: 1n }, /bigint/],
    ['a Map', { m: new Map() }, /Map/],
    ['a Date', { d: new Date(0) }, /Date/],
    [
      'an instance of a class',
      {
        e: new (class Learner {
          rate = 1;
        })(),
      },
      /Learner/,
    ],
    ['a Buffer', { b: Buffer.from('x') }, /Buffer/],
    ['an array type without a place', { a: new BigInt64Array(1) }, /BigInt64Array/],
    ['a DataView', { a: new DataView(new ArrayBuffer(1)) }, /DataView/],
    ['a symbol as key', { [Symbol('s')]: 1 }, /symbols as keys/],
    ['__proto__ as key', JSON.parse('{"a":{"__proto__":1}}'), /'\$\/a\/__proto__'/],
    ['a circle', circular, /circular/],
  ])('%s', (_, state, message) => {
    expect(() => encodeState(state as StateTree)).toThrowError(
      expect.objectContaining({ code: 'invalid-argument', message: expect.stringMatching(message) }),
    );
  });
});

describe('decodeState refuses', () => {
  const file = (skeleton: unknown, format = 'protonorm-state-1'): Uint8Array =>
    encodeSafetensors(
      { $: { dtype: 'F32', shape: [1], data: Float32Array.of(1) } },
      { format, state: typeof skeleton === 'string' ? skeleton : JSON.stringify(skeleton) },
    );
  it.each<[string, Uint8Array, RegExp]>([
    ['other safetensors files', encodeSafetensors({}, { format: 'pt' }), /format is 'pt'/],
    ['files without metadata', encodeSafetensors({}), /format is 'undefined'/],
    ['another version', file({ array: '$' }, 'protonorm-state-2'), /format/],
    ['a broken skeleton', file('{"array":'), /no JSON/],
    ['a missing array', file({ array: '$/a' }), /'\$\/a' is missing/],
    ['an array used twice', file([{ array: '$' }, { array: '$' }]), /used twice/],
    ['an array that nothing uses', file([1]), /nothing refers to '\$'/],
    ['an entry of two kinds', file({ array: '$', number: 'NaN' }), /2 kinds/],
    ['an entry without kind', file([{ array: '$' }, {}]), /0 kinds/],
    ['an entry of another kind', file({ date: 0 }), /'date' is no kind/],
    ['a number that is none', file([{ array: '$' }, { number: 'toString' }]), /'toString' is no number/],
    ['members that are no list', file({ object: {} }), /list of members/],
    ['a member without value', file({ object: [['a']] }), /no pair/],
    [
      'a key twice',
      file({
        object: [
          ['a', 1],
          ['a', { array: '$' }],
        ],
      }),
      /key 'a'/,
    ],
    ['__proto__ as key', file({ object: [['__proto__', { array: '$' }]] }), /key '__proto__'/],
    ['a tree without end', file('['.repeat(5000) + ']'.repeat(5000)), /deeper than 100/],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeState(bytes)).toThrowError(
      expect.objectContaining({ code: 'snapshot-corrupt', message: expect.stringMatching(message) }),
    );
  });

  it('with the code that it is given', () => {
    expect(() =>
      decodeState(new Uint8Array(3), { code: 'message-corrupt', what: 'The upload' }),
    ).toThrowError(
      expect.objectContaining({ code: 'message-corrupt', message: expect.stringMatching(/^The upload/) }),
    );
  });

  it('damaged bytes with nothing but its own error, and without touching prototypes', () => {
    const bytes = encodeState({ a: [1, NaN, { b: Float32Array.of(1, 2) }], c: 'text', d: { e: null } });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (damage) => {
          const damaged = bytes.slice();
          for (const [at, value] of damage) damaged[at] = value;
          try {
            decodeState(damaged);
          } catch (error) {
            expect(isProtoNormError(error, 'snapshot-corrupt')).toBe(true);
          }
        },
      ),
      { numRuns: 1500 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

/** The keys of all objects, in the order in which they are met. */
function orderOf(state: StateTree): string[] {
  if (typeof state !== 'object' || state === null || ArrayBuffer.isView(state)) return [];
  return Object.entries(state).flatMap(([name, member]) => [name, ...orderOf(member as StateTree)]);
}
