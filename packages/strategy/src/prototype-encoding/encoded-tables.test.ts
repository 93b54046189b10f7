import { isProtoNormError, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodec, isMessageError } from '../schema/codec.ts';
import { crc32 } from '../schema/crc32.ts';
import { t, type MessageSchema } from '../schema/field.ts';
import { messageBytes } from '../schema/message-bytes.ts';
import { keepLargest } from './kept-coordinates.ts';
import { keptCount, resolvePrototypeEncoding, type PrototypeEncoding } from './prototype-encoding.ts';

const encodings: readonly Required<PrototypeEncoding>[] = (['float32', 'float16', 'int8'] as const).flatMap(
  (precision) => [1, 0.5, 0.1].map((keep) => ({ precision, keep })),
);
const named = encodings.map((encoding) => [JSON.stringify(encoding), encoding] as const);
const lossy = named.filter(([, { precision, keep }]) => precision !== 'float32' || keep < 1);

const table = t.prototypes('?');
const codecOf = (prototypes?: PrototypeEncoding, schema: MessageSchema = { table }) =>
  createCodec(schema, { axes: {}, what: 'up', ...(prototypes && { prototypes }) });

function tableOf(dim: number, ...rows: readonly (readonly number[])[]): Prototypes {
  return {
    dim,
    classes: Int32Array.from(rows, (_, i) => 2 * i),
    counts: Float64Array.from(rows, (_, i) => i + 0.5),
    vectors: Float32Array.from(rows.flat()),
  };
}

/** Finite float32 values of one range, with zeros, and with the ends of float32. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.float({ min: -4, max: 4, noNaN: true }) },
  { weight: 2, arbitrary: fc.constantFrom(0, -0, 1, -1, 0.5) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1.401298464324817e-45, -1.1754942106924411e-38, 65504, 65519.99609375, 65520),
  },
  { weight: 1, arbitrary: fc.constantFrom(3.4028234663852886e38, -3.4028234663852886e38) },
  { weight: 1, arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }) },
);

/** Tables whose rows have scales of their own. */
const tables = fc.integer({ min: 1, max: 40 }).chain((dim) => {
  const scale = fc.constantFrom(1, 1, 2 ** -20, 2 ** -100, 2 ** -130, 2 ** -147, 2 ** 60, 0);
  const row = fc
    .tuple(scale, fc.array(value, { minLength: dim, maxLength: dim }))
    .map(([by, numbers]) => numbers.map((x) => Math.min(Math.max(x * by, -3.4e38), 3.4e38)));
  return fc.array(row, { maxLength: 5 }).map((rows) => tableOf(dim, ...rows));
});

const rowsOf = ({ dim, classes, vectors }: Prototypes): Float32Array[] =>
  Array.from(classes, (_, row) => vectors.slice(row * dim, (row + 1) * dim));

/** The bound that the documentation of {@link PrototypeEncoding} states. */
function bound(precision: string, x: number, largest: number): number {
  if (precision === 'float16') return Math.max(2 ** -11 * Math.abs(x), 2 ** -39 * largest);
  return precision === 'int8' ? Math.max(largest / 254, 2 ** -134) : 0;
}

describe.each(named)('a class table as %s', (_, encoding) => {
  const codec = codecOf(encoding);
  const read = (given: Prototypes): Prototypes =>
    codec.decode(codec.encode({ table: given })).table as Prototypes;

  it('reads back within the stated bound, with classes and counts to the bit', () => {
    fc.assert(
      fc.property(tables, (given) => {
        const found = read(given);
        expect([found.dim, found.classes, found.counts]).toStrictEqual([
          given.dim,
          given.classes,
          given.counts,
        ]);
        const count = keptCount(given.dim, encoding.keep);
        const foundRows = rowsOf(found);
        const wrong = rowsOf(given).flatMap((row, i) => {
          const largest = row.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
          const kept = encoding.keep < 1 ? keepLargest(row, count) : row;
          return Array.from(kept, (x, j) => ({ x, y: foundRows[i][j], largest })).filter(
            ({ x, y }) => !(Math.abs(y - x) <= bound(encoding.precision, x, largest)),
          );
        });
        expect(wrong).toEqual([]);
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  it('is sent on to the same bytes by whoever read it', () => {
    fc.assert(
      fc.property(tables, (given) => {
        const bytes = codec.encode({ table: given });
        const decoded = codec.decode(bytes);
        const again = codec.encode(decoded);
        expect(again).toEqual(bytes);
        expect(codec.decode(again)).toStrictEqual(decoded);
      }),
      { seed: 2, numRuns: 400 },
    );
  });

  it('has the bytes that are predicted', () => {
    fc.assert(
      fc.property(tables, (given) => {
        const bytes = codec.encode({ table: given }).length;
        expect(bytes).toBe(messageBytes({ table }, { table: given }, { prototypes: encoding }));
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  it('keeps to the largest norm of its field', () => {
    const schema = { table: t.prototypes('?', { maxNorm: 1 }) };
    const bounded = codecOf(encoding, schema);
    const numbers = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(numbers, (row) => {
        const norm = Math.hypot(...row) * (1 + 2 ** -22) || 1;
        const given = tableOf(
          row.length,
          row.map((x) => x / norm),
        );
        const bytes = bounded.encode({ table: given });
        expect(bounded.encode(bounded.decode(bytes))).toEqual(bytes);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('travels within lists and beside other fields, which stay exact', () => {
    const schema = {
      before: t.tensor(['?'], { type: 'uint8' }),
      many: t.list(t.optional(table), { maxItems: 3 }),
      after: t.tensor(['?']),
      n: t.scalar(),
    };
    const nested = codecOf(encoding, schema);
    const message = {
      before: Uint8Array.of(7),
      many: [tableOf(3, [1, 0, -1], [0, 0, 2]), undefined, tableOf(1)],
      after: Float32Array.of(0.1, 1e-40),
      n: 0.1,
    };
    const bytes = nested.encode(message);
    expect(bytes.length).toBe(messageBytes(schema, message, { prototypes: encoding }));
    const decoded = nested.decode(bytes);
    expect({ ...decoded, many: [] }).toStrictEqual({ ...message, many: [] });
    expect(decoded.many).toHaveLength(3);
  });
});

describe('the frame', () => {
  it('of float32 with all coordinates is the one without any encoding', () => {
    fc.assert(
      fc.property(tables, (given) => {
        const plain = codecOf().encode({ table: given });
        expect(codecOf({}).encode({ table: given })).toEqual(plain);
        expect(codecOf({ precision: 'float32', keep: 1 }).encode({ table: given })).toEqual(plain);
        expect(String.fromCharCode(...plain.subarray(0, 4))).toBe('PNM1');
        // The layout of that format: dim, classes, counts (aligned to 8), vectors.
        const rows = given.classes.length;
        const vectors = plain.subarray(-4 - 4 * rows * given.dim, -4);
        expect([...vectors]).toEqual([...new Uint8Array(given.vectors.buffer)]);
      }),
      { seed: 5, numRuns: 50 },
    );
  });

  it('of a schema without class tables is the same in every encoding, and read in each', () => {
    const schema = { w: t.tensor(['?']) };
    const message = { w: Float32Array.of(0.1, 2) };
    const plain = codecOf(undefined, schema).encode(message);
    for (const encoding of encodings) {
      expect(codecOf(encoding, schema).encode(message)).toEqual(plain);
      expect(codecOf(encoding, schema).decode(plain)).toEqual(message);
      expect(messageBytes(schema, message, { prototypes: encoding })).toBe(plain.length);
    }
  });

  it.each<[PrototypeEncoding, number]>([
    // 8 + 12 (encoding) + 4 (dim) + 4 + 4 * 10 (classes) + 4 + 8 * 10 (counts) + vectors + 4
    [{}, 8 + 4 + 44 + 84 + 4 + 4 * 5120 + 4],
    [{ precision: 'float16' }, 20 + 4 + 44 + 84 + (4 + 10) + 2 + (4 + 2 * 5120) + 4],
    [{ precision: 'int8' }, 20 + 4 + 44 + 84 + (4 + 40) + (4 + 5120) + 4],
    [{ precision: 'int8', keep: 0.25 }, 20 + 4 + 44 + 84 + (4 + 641) + 3 + (4 + 40) + (4 + 1280) + 4],
    [{ precision: 'int8', keep: 0.1 }, 20 + 4 + 44 + 84 + (4 + 521) + 3 + (4 + 40) + (4 + 520) + 4],
  ])('of 10 classes and 512 features as %j has the bytes that one counts', (prototypes, bytes) => {
    const given = tableOf(
      512,
      ...Array.from({ length: 10 }, (_row, row) =>
        Array.from({ length: 512 }, (_x, i) => Math.sin(row + i * i)),
      ),
    );
    const found = codecOf(prototypes).encode({ table: given }).length;
    // Alignment of the counts and of the end costs up to 4 bytes.
    expect(found).toBeGreaterThanOrEqual(bytes - 3);
    expect(found).toBeLessThanOrEqual(bytes + 7);
  });

  it('is refused by a reader of another encoding, which names both', () => {
    const given = tableOf(8, [1, 2, 3, 4, 5, 6, 7, 8]);
    for (const [, written] of named) {
      for (const [, read] of named) {
        if (written === read) continue;
        let error: unknown;
        try {
          codecOf(read).decode(codecOf(written).encode({ table: given }));
        } catch (thrown) {
          error = thrown;
        }
        expect(isProtoNormError(error, 'schema-violation'), String(error)).toBe(true);
        expect(error).toMatchObject({ received: written, expected: read });
        expect((error as Error).message).toContain(`has its prototypes as ${written.precision}`);
      }
    }
  });
});

/** Bytes with their checksum made right, as one who means harm would. */
function sealed(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint32(copy.length - 4, crc32(copy.subarray(0, copy.length - 4)), true);
  return copy;
}

function errorOf(decode: () => unknown): unknown {
  try {
    decode();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(lossy)('bad bytes of a class table as %s', (_, encoding) => {
  const codec = codecOf(encoding);
  const good = codec.encode({
    table: tableOf(11, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [0, 0, 3, 0, 0, 1e-3, 0, 0, -1, 0, 0]),
  });
  const refuse = (bytes: Uint8Array): void => {
    const error = errorOf(() => codec.decode(bytes));
    expect(isMessageError(error), String(error)).toBe(true);
  };

  it('are refused: every truncation, every flipped bit, and what follows the end', () => {
    for (let length = 0; length < good.length; length++) {
      refuse(good.subarray(0, length));
      if (length >= 12) refuse(sealed(good.subarray(0, length)));
    }
    for (let bit = 0; bit < 8 * good.length; bit++) {
      const flipped = good.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      refuse(flipped);
    }
    refuse(sealed(Uint8Array.of(...good, 0, 0, 0, 0)));
  });

  it('with a right checksum give a message error or a finite table', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: good.length - 5 }), fc.nat(255), (at, byte) => {
        const patched = good.slice();
        patched[at] = byte;
        let found: Prototypes | undefined;
        const error = errorOf(() => {
          found = codec.decode(sealed(patched)).table as Prototypes;
        });
        if (error !== undefined) expect(isMessageError(error), String(error)).toBe(true);
        else expect(found!.vectors.every(Number.isFinite)).toBe(true);
      }),
      { seed: 6, numRuns: 1500 },
    );
  });

  it('reserve no memory for lengths and sizes that are only claimed', () => {
    const before = process.memoryUsage();
    for (const word of [0x7fffffff, 0xffffffff, 0x10000000, 0x00ffffff]) {
      for (let at = 20; at <= good.length - 8; at += 4) {
        const patched = good.slice();
        new DataView(patched.buffer).setUint32(at, word, true);
        const error = errorOf(() => codec.decode(sealed(patched)));
        expect(error === undefined || isMessageError(error), String(error)).toBe(true);
      }
    }
    const after = process.memoryUsage();
    const grown = after.heapTotal + after.arrayBuffers - before.heapTotal - before.arrayBuffers;
    expect(grown).toBeLessThan(2 ** 26);
  });
});

describe('a frame with a right checksum', () => {
  // 20: dim, 24: classes, 32: counts (48 with their length), 48: scales, 56: values, 2 bytes at 60.
  const codec = codecOf({ precision: 'int8' });
  const good = codec.encode({ table: tableOf(2, [127, 1]) });
  it.each<[string, number, readonly number[]]>([
    ['has 2 coordinates of prototypes instead of 1 x 3', 20, [3]],
    ['has a scale out of range', 52, [0, 0, 0xc0, 0x7f]], // NaN
    ['has a scale out of range', 52, [0, 0, 0x80, 0xbf]], // -1
    ['has a scale out of range', 52, [0, 0, 0, 0]],
    ['has a coordinate out of range', 60, [0x80]], // -128
  ])('that %s is refused', (problem, at, bytes) => {
    expect(codec.decode(good).table).toMatchObject({ vectors: Float32Array.of(127, 1) });
    const forged = good.slice();
    forged.set(bytes, at);
    expect(errorOf(() => codec.decode(sealed(forged)))).toMatchObject({
      code: 'message-corrupt',
      message: expect.stringContaining(problem),
    });
  });

  it('that has an infinite half is refused', () => {
    const halves = codecOf({ precision: 'float16' });
    const forged = halves.encode({ table: tableOf(1, [1]) });
    // Scales: 1 byte at 52; values: 2 bytes at 60.
    expect([...forged.subarray(60, 62)]).toEqual([0, 0x78]);
    forged[61] = 0x7c;
    expect(errorOf(() => halves.decode(sealed(forged)))).toMatchObject({
      code: 'message-corrupt',
      message: expect.stringContaining('has a coordinate out of range'),
    });
  });
});

it('what is too small to travel reads back as 0, whatever its sign, and costs nothing more', () => {
  const codec = codecOf({ precision: 'float16', keep: 0.5 });
  const bytes = codec.encode({ table: tableOf(4, [1, -0.5, 0, 0], [-1e-30, 0, 1, 0]) });
  expect(codec.encode({ table: tableOf(4, [1, -0.5, 0, 0], [0, 0, 1, 0]) })).toEqual(bytes);
  const { vectors } = codec.decode(bytes).table as Prototypes;
  expect([...vectors]).toStrictEqual([1, -0.5, 0, 0, 0, 0, 1, 0]);
});

describe('createCodec', () => {
  it.each<[unknown]>([
    [{ precision: 'float64' }],
    [{ precision: 'toString' }],
    [{ keep: 0 }],
    [{ keep: 1.5 }],
    [{ keep: NaN }],
    [{ keep: '0.5' }],
  ])('refuses the encoding %j', (prototypes) => {
    const error = errorOf(() => codecOf(prototypes as PrototypeEncoding));
    expect(isProtoNormError(error, 'invalid-argument'), String(error)).toBe(true);
  });

  it('completes an encoding with its defaults', () => {
    expect(resolvePrototypeEncoding()).toEqual({ precision: 'float32', keep: 1 });
    expect(resolvePrototypeEncoding({ keep: 0.5 })).toEqual({ precision: 'float32', keep: 0.5 });
  });

  it('refuses a frame of a precision that it does not know', () => {
    const codec = codecOf({ precision: 'int8' });
    const bytes = codec.encode({ table: tableOf(1, [1]) });
    bytes[16] = 9;
    expect(errorOf(() => codec.decode(sealed(bytes)))).toMatchObject({
      code: 'message-corrupt',
      message: expect.stringContaining('unknown precision 9'),
    });
  });
});
