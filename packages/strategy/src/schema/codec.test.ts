import { type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodec, isMessageError } from './codec.ts';
import { crc32 } from './crc32.ts';
import { t, type Field, type MessageSchema } from './field.ts';
import { messageBytes } from './message-bytes.ts';

const CLASSES = 6;
const options = { axes: { d: 3, C: CLASSES }, what: 'up', classes: CLASSES };

/** Finite float32 values; -0, subnormals and the ends of the range come often. */
const float32 = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1.401298464324817e-45,
    -1.1754942106924411e-38,
    3.4028234663852886e38,
    -3.4028234663852886e38,
  ),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
);
const float64 = fc.oneof(
  fc.constantFrom(0, -0, Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE, Number.EPSILON),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const positive = float64.map(Math.abs).filter((x) => x > 0);

const prototypes: fc.Arbitrary<Prototypes> = fc
  .subarray([...Array(CLASSES).keys()])
  .chain((classes) =>
    fc.tuple(
      fc.constant(classes),
      fc.array(positive, { minLength: classes.length, maxLength: classes.length }),
      fc.array(float32, { minLength: 3 * classes.length, maxLength: 3 * classes.length }),
    ),
  )
  .map(([classes, counts, vectors]) => ({
    dim: 3,
    classes: Int32Array.from(classes),
    counts: Float64Array.from(counts),
    vectors: Float32Array.from(vectors),
  }));

interface Case {
  readonly field: Field;
  readonly value: unknown;
}

const { field: fieldCase } = fc.letrec<{ field: Case; leaf: Case; optional: Case; list: Case }>((tie) => ({
  leaf: fc.oneof(
    fc
      .array(float32, { maxLength: 9 })
      .map((v): Case => ({ field: t.tensor(['?']), value: Float32Array.from(v) })),
    fc
      .uint8Array({ maxLength: 9 })
      .map((value): Case => ({ field: t.tensor(['?'], { type: 'uint8' }), value })),
    fc
      .int32Array({ maxLength: 9 })
      .map((value): Case => ({ field: t.tensor(['?'], { type: 'int32' }), value })),
    float64.map((value): Case => ({ field: t.scalar(), value })),
    prototypes.map((value): Case => ({ field: t.prototypes('d'), value })),
  ),
  optional: fc.tuple(tie('leaf'), fc.boolean()).map(([{ field, value }, present]): Case => ({
    field: t.optional(field),
    value: present ? value : undefined,
  })),
  list: fc
    .tuple(tie('field'), fc.nat(3))
    .filter(([{ value }]) => value !== undefined)
    .map(([{ field, value }, length]): Case => ({
      field: t.list(field, { maxItems: 3 }),
      value: Array.from({ length }, () => value),
    })),
  field: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('optional'), tie('list')),
}));

/** A random schema with a message of it. */
const messageCase = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fieldCase, { maxKeys: 5 })
  .map((cases) => ({
    schema: Object.fromEntries(
      Object.entries(cases).map(([key, { field }]) => [key, field]),
    ) as MessageSchema,
    message: Object.fromEntries(
      Object.entries(cases).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
    ),
  }));

/** Bytes with their checksum made right, as one who means harm would. */
function sealed(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(copy.length - 4, crc32(copy.subarray(0, copy.length - 4)), true);
  return copy;
}

function expectMessageErrorOrValue(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(isMessageError(error), String(error)).toBe(true);
  }
}

function expectMessageError(decode: () => unknown): void {
  let thrown: unknown;
  try {
    decode();
  } catch (error) {
    thrown = error;
  }
  expect(isMessageError(thrown), String(thrown)).toBe(true);
}

describe('createCodec', () => {
  it('decodes what it encodes, to the bit, for random schemas and messages', () => {
    fc.assert(
      fc.property(messageCase, ({ schema, message }) => {
        const codec = createCodec(schema, options);
        const bytes = codec.encode(message);
        // toStrictEqual tells -0 from 0 and the types of arrays apart.
        expect(codec.decode(bytes)).toStrictEqual(message);
        expect(bytes.length).toBe(messageBytes(schema, message));
        expect(codec.encode(codec.decode(bytes))).toEqual(bytes);
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it('knows the empty message, the empty table and one class', () => {
    expect(createCodec({}, options).encode({})).toHaveLength(12);
    const codec = createCodec({ p: t.prototypes('d') }, options);
    const empty = {
      dim: 3,
      classes: new Int32Array(0),
      counts: new Float64Array(0),
      vectors: new Float32Array(0),
    };
    expect(codec.decode(codec.encode({ p: empty })).p).toStrictEqual(empty);
    const one = {
      dim: 3,
      classes: Int32Array.of(5),
      counts: Float64Array.of(2.5),
      vectors: Float32Array.of(-0, 1e-45, 1),
    };
    expect(codec.decode(codec.encode({ p: one })).p).toStrictEqual(one);
  });

  it.each([
    [1, 1],
    [10, 512],
    [7, 3],
  ])('spends 4nd + 12n + at most 24 bytes and the frame on a table of %i classes of dim %i', (n, dim) => {
    const p = {
      dim,
      classes: Int32Array.from({ length: n }, (_, i) => i),
      counts: new Float64Array(n).fill(1),
      vectors: new Float32Array(n * dim),
    };
    const schema = { p: t.prototypes('?') };
    const size = createCodec(schema, { axes: {}, what: 'up' }).encode({ p }).length;
    expect(size - 12).toBeGreaterThanOrEqual(4 * n * dim + 12 * n);
    expect(size - 12).toBeLessThanOrEqual(4 * n * dim + 12 * n + 24);
    expect(size).toBe(messageBytes(schema, { p }));
  });

  it('does not encode what it would not decode', () => {
    const codec = createCodec({ n: t.scalar({ min: 1 }) }, options);
    expectMessageError(() => codec.encode({ n: 0 }));
    expectMessageError(() => codec.encode({ n: 1, secret: 1 } as never));
  });

  it('gives copies, also from a Buffer within its pool and from shared memory', () => {
    const codec = createCodec({ w: t.tensor(['?']), b: t.tensor(['?'], { type: 'uint8' }) }, options);
    const message = { w: Float32Array.of(1, 2, 3), b: Uint8Array.of(7) };
    const bytes = codec.encode(message);
    const pooled = Buffer.from(bytes); // lies somewhere in a pool of 8 KiB
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length + 3), 3);
    shared.set(bytes);
    for (const source of [bytes, pooled, shared]) {
      const decoded = codec.decode(source);
      expect(decoded).toStrictEqual(message);
      source.fill(0);
      expect(decoded).toStrictEqual(message);
    }
  });

  it('takes arrays that are views into larger ones', () => {
    const codec = createCodec({ w: t.tensor(['d']) }, options);
    const w = new Float32Array(10).fill(4).subarray(2, 5);
    expect(codec.decode(codec.encode({ w })).w).toStrictEqual(Float32Array.of(4, 4, 4));
  });
});

describe('createCodec.decode of bad bytes', () => {
  const schema = {
    w: t.tensor(['?']),
    p: t.prototypes('d'),
    n: t.scalar({ min: 1 }),
    maybe: t.optional(t.tensor(['?'], { type: 'uint8' })),
    many: t.list(t.list(t.scalar(), { maxItems: 2 ** 31 }), { maxItems: 2 ** 31 }),
  };
  const codec = createCodec(schema, options);
  const good = codec.encode({
    w: Float32Array.of(1, 2, 3),
    p: {
      dim: 3,
      classes: Int32Array.of(1, 2),
      counts: Float64Array.of(1, 2),
      vectors: Float32Array.of(1, 2, 3, 4, 5, 6),
    },
    n: 5,
    maybe: Uint8Array.of(1, 2),
    many: [[1, 2], [3]],
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < good.length; length++) {
      expectMessageError(() => codec.decode(good.subarray(0, length)));
      if (length >= 12) expectMessageError(() => codec.decode(sealed(good.subarray(0, length))));
    }
  });

  it('refuses every flipped bit', () => {
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const flipped = good.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      expectMessageError(() => codec.decode(flipped));
    }
  });

  it('refuses bytes behind the end, another version of the format and another schema', () => {
    expect(() => codec.decode(Uint8Array.of(...good, 0))).toThrow('checksum');
    expect(() => codec.decode(sealed(Uint8Array.of(...good, 0, 0, 0, 0)))).toThrow('4 bytes too many');
    const next = good.slice();
    next[3] = '2'.charCodeAt(0);
    expect(() => codec.decode(sealed(next))).toThrow('does not start as a message');
    const other = createCodec({ ...schema, n: t.scalar({ min: 2 }) }, options);
    expect(() => other.decode(good)).toThrow('another schema');
    expectMessageError(() => other.decode(good));
    const { w, ...rest } = schema;
    expectMessageError(() => createCodec({ ...rest, w }, options).decode(good)); // the order is part of the format
  });

  it('refuses what are no bytes', () => {
    for (const value of [undefined, null, 'PNM1', good.buffer, [...good]]) {
      expectMessageError(() => codec.decode(value as never));
    }
  });

  it('gives message errors alone for random bytes and random patches with a right checksum', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => expectMessageError(() => codec.decode(bytes))),
      { seed: 3, numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 80 }), (tail) => {
        expectMessageErrorOrValue(() => codec.decode(sealed(Uint8Array.of(...good.subarray(0, 8), ...tail))));
      }),
      { seed: 4, numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.nat(good.length - 5), fc.integer({ min: 0, max: 0xffffffff }), (at, word) => {
        const patched = good.slice();
        new DataView(patched.buffer).setUint32(Math.min(Math.max(at, 8), good.length - 8), word, true);
        expectMessageErrorOrValue(() => codec.decode(sealed(patched)));
      }),
      { seed: 5, numRuns: 1000 },
    );
  });

  it('reserves no memory for lengths that are only claimed', () => {
    const before = process.memoryUsage();
    for (const word of [0x7fffffff, 0xffffffff, 0x10000000]) {
      for (let at = 8; at <= good.length - 8; at += 4) {
        const patched = good.slice();
        new DataView(patched.buffer).setUint32(at, word, true);
        expectMessageErrorOrValue(() => codec.decode(sealed(patched)));
      }
    }
    const after = process.memoryUsage();
    expect(after.heapTotal + after.arrayBuffers - before.heapTotal - before.arrayBuffers).toBeLessThan(
      2 ** 26,
    );
  });

  it('refuses lists that are too long and marks that are neither 0 nor 1', () => {
    const list = createCodec({ l: t.list(t.scalar(), { maxItems: 1 }) }, options);
    const longer = createCodec({ l: t.list(t.scalar(), { maxItems: 2 }) }, options).encode({ l: [1, 2] });
    const forged = longer.slice();
    forged.set(list.encode({ l: [] }).subarray(0, 8)); // magic and schema of the stricter one
    expect(() => list.decode(sealed(forged))).toThrow('a list of 2 items, at most 1');
    const optional = createCodec({ x: t.optional(t.scalar()) }, options);
    const marked = optional.encode({ x: 1 });
    marked[8] = 2;
    expect(() => optional.decode(sealed(marked))).toThrow('marks an optional field by 2');
  });
});
