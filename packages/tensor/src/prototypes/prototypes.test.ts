import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

fc.configureGlobal({ seed: 1 });
import { checkPrototypes, emptyPrototypes, rowOfClass, rowVector, type Prototypes } from './prototypes.ts';

const good = (): Prototypes => ({
  dim: 2,
  classes: Int32Array.of(1, 4),
  counts: Float64Array.of(3, 0.5),
  vectors: Float32Array.of(1, 2, 3, 4),
});

describe('checkPrototypes', () => {
  it('returns a well-formed table itself', () => {
    const table = good();
    expect(checkPrototypes(table)).toBe(table);
    expect(checkPrototypes(emptyPrototypes(7)).vectors.length).toBe(0);
  });

  it.each<[string, Partial<Record<keyof Prototypes, unknown>>, string]>([
    ['a dim of 0', { dim: 0 }, 'shape-mismatch'],
    ['a dim of 1.5', { dim: 1.5 }, 'shape-mismatch'],
    ['a dim of NaN', { dim: NaN }, 'shape-mismatch'],
    ['plain arrays', { vectors: [1, 2, 3, 4] }, 'shape-mismatch'],
    ['vectors in float64', { vectors: Float64Array.of(1, 2, 3, 4) }, 'shape-mismatch'],
    ['a missing vector entry', { vectors: Float32Array.of(1, 2, 3) }, 'shape-mismatch'],
    ['a missing count', { counts: Float64Array.of(3) }, 'shape-mismatch'],
    ['a negative class', { classes: Int32Array.of(-1, 4) }, 'unknown-class'],
    ['a repeated class', { classes: Int32Array.of(4, 4) }, 'unknown-class'],
    ['descending classes', { classes: Int32Array.of(4, 1) }, 'unknown-class'],
    ['a count of 0', { counts: Float64Array.of(0, 1) }, 'invalid-argument'],
    ['a negative count', { counts: Float64Array.of(1, -1) }, 'invalid-argument'],
    ['a count of NaN', { counts: Float64Array.of(1, NaN) }, 'invalid-argument'],
    ['an infinite count', { counts: Float64Array.of(1, Infinity) }, 'invalid-argument'],
    ['NaN in a vector', { vectors: Float32Array.of(1, 2, NaN, 4) }, 'not-finite'],
    ['infinity in a vector', { vectors: Float32Array.of(1, 2, 3, -Infinity) }, 'not-finite'],
  ])('refuses %s', (_, change, code) => {
    const table = { ...good(), ...change } as Prototypes;
    expect(() => checkPrototypes(table, 'the upload')).toThrowError(expect.objectContaining({ code }));
    expect(() => checkPrototypes(table, 'the upload')).toThrowError(/the upload/);
  });

  it('says where NaN is', () => {
    expect(() => checkPrototypes({ ...good(), vectors: Float32Array.of(1, 2, 3, NaN) })).toThrowError(
      /class 4 has NaN at dimension 1/,
    );
  });
});

describe('rows', () => {
  it('finds the row of each class and no other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60), { maxLength: 20 }), (labels) => {
        const classes = Int32Array.from(labels).sort();
        const n = classes.length;
        const table = {
          dim: 1,
          classes,
          counts: new Float64Array(n).fill(1),
          vectors: Float32Array.from(classes),
        };
        for (let label = -1; label < 62; label++) {
          expect(rowOfClass(table, label)).toBe(classes.indexOf(label));
        }
      }),
    );
  });

  it('gives vectors as views', () => {
    const table = good();
    rowVector(table, 1)[0] = 9;
    expect(Array.from(table.vectors)).toEqual([1, 2, 9, 4]);
  });
});
