import { encodeSafetensors, type Prototypes } from '@protonorm/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTables, encodeTables } from './prototype-tables.ts';

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const table: fc.Arbitrary<Prototypes> = fc
  .record({ dim: fc.integer({ min: 1, max: 4 }), classes: fc.subarray([0, 1, 5, 900]) })
  .chain(({ dim, classes }) =>
    fc.record({
      dim: fc.constant(dim),
      classes: fc.constant(Int32Array.from(classes)),
      counts: fc
        .array(fc.double({ min: 1e-3, max: 1e15, noNaN: true }), {
          minLength: classes.length,
          maxLength: classes.length,
        })
        .map((counts) => Float64Array.from(counts)),
      vectors: fc
        .array(float32, { minLength: dim * classes.length, maxLength: dim * classes.length })
        .map((values) => Float32Array.from(values)),
    }),
  );
const tables = fc.dictionary(fc.string({ maxLength: 12 }), table, { maxKeys: 3, noNullPrototype: true });

describe('a file of prototypes', () => {
  it('gives every table back to the bit, whatever its name', () => {
    fc.assert(
      fc.property(tables, (given) => {
        expect(decodeTables(encodeTables(given))).toEqual(given);
      }),
      { seed: 4 },
    );
  });

  it('has the same bytes for the same tables in another order', () => {
    fc.assert(
      fc.property(tables, (given) => {
        const reversed = Object.fromEntries(Object.entries(given).toReversed());
        expect(encodeTables(reversed)).toEqual(encodeTables(given));
      }),
      { seed: 5, numRuns: 30 },
    );
  });

  it('refuses tables that are none', () => {
    const [broken] = fc.sample(table, { numRuns: 1, seed: 1 });
    expect(() => encodeTables({ means: { ...broken, dim: 9 } })).toThrow(/^means /);
  });

  it('refuses damaged files, and names them', () => {
    const bytes = encodeTables({
      means: { dim: 1, classes: Int32Array.of(3), counts: Float64Array.of(2), vectors: Float32Array.of(7) },
    });
    const wrong = encodeSafetensors({
      'means.vectors': { dtype: 'F32', shape: [2], data: new Float32Array(2) },
    });
    for (const damaged of [bytes.slice(0, -1), bytes.slice(0, 5), new Uint8Array(0), wrong]) {
      expect(() => decodeTables(damaged)).toThrow(expect.objectContaining({ code: 'snapshot-corrupt' }));
      expect(() => decodeTables(damaged, { what: 'round-0003/prototypes.safetensors' })).toThrow(
        /^round-0003\/prototypes\.safetensors cannot be read: ./,
      );
    }
  });
});
