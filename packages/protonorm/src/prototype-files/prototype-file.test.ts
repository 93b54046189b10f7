import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeTables } from '@protonorm/fl-server/file-store';
import { emptyPrototypes, encodeSafetensors, type Prototypes } from '@protonorm/tensor';
import { encodePrototypeFile, readPrototypeFile, type NamedTable } from './prototype-file.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'protonorm-files-'));
});
afterAll(() => rm(dir, { recursive: true }));

const table: Prototypes = {
  dim: 2,
  classes: Int32Array.of(0, 1),
  counts: Float64Array.of(1, 1),
  vectors: Float32Array.of(1, 0.5, -2, 3),
};

async function given(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, content);
  return path;
}

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

// numpy 2.4.6: np.lib.format.write_array(file, np.array([[1, 0.5], [-2, 3]], dtype), version)
const numpyFloat32 = fromBase64(
  'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA/AAAAPwAAAMAAAEBA',
);
const numpyFloat64 = fromBase64(
  'k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjgnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAADwPwAAAAAAAOA/AAAAAAAAAMAAAAAAAAAIQA==',
);

describe('what other programs write', () => {
  it.each([
    ['numpy-1.npy', numpyFloat32],
    ['numpy-2.npy', numpyFloat64],
    ['rows.json', '[[1, 0.5], [-2, 3]]'],
    ['nested.json', '{"dim": 2, "vectors": [[1, 0.5], [-2, 3]]}'],
    ['flat.json', '{"dim": 2, "classes": [0, 1], "counts": [1, 1], "vectors": [1, 0.5, -2, 3]}'],
    ['plain.csv', '1,0.5\n-2,3\n'],
    ['windows.csv', 'class, a, b\r\n1,-2,3\r\n\r\n0,1,5e-1\r\n'],
    ['counted.csv', '"count","class","a","b"\n1,0,1,.5\n1,1,-2,3'],
    [
      'matrix.safetensors',
      encodeSafetensors({ weight: { dtype: 'F64', shape: [2, 2], data: Float64Array.of(1, 0.5, -2, 3) } }),
    ],
    ['table.safetensors', encodeTables({ prototypes: table })],
  ])('%s is read', async (name, content) => {
    expect((await readPrototypeFile(await given(name, content))).prototypes).toEqual(table);
  });

  it.each([
    ['names.json', '{"classes": ["dog", "cat"], "vectors": [[1, 0.5], [-2, 3]]}'],
    ['names.csv', 'dog,1,0.5\ncat,-2,3\n'],
    ['heading.csv', 'animal,x,y\ndog,1,0.5\ncat,-2,3\n'],
    ['counted-names.csv', 'count,class,x,y\n1,"dog",1,0.5\n1,cat,-2,3\n'],
    ['pandas.csv', ',0,1\ndog,1.0,0.5\ncat,-2.0,3.0\n'],
  ])('%s keeps its order', async (name, content) => {
    const read = await readPrototypeFile(await given(name, content));
    expect(read).toEqual({ name: 'prototypes', prototypes: table, classNames: ['dog', 'cat'] });
  });

  it.each([
    ['texts.json', '{"classes": ["1", "0"], "vectors": [[-2, 3], [1, 0.5]]}'],
    ['labels.csv', 'label,0,1\n1,-2,3\n0.0,1,0.5\n'],
    ['spaced.csv', ' 1 , 0.5 \n\t-2,3'],
  ])('%s has indices', async (name, content) => {
    expect((await readPrototypeFile(await given(name, content))).prototypes).toEqual(table);
  });

  it('numpy would write the same bytes', () => {
    const { bytes } = encodePrototypeFile('ours.npy', { name: 'prototypes', prototypes: table });
    expect(bytes).toEqual(numpyFloat32);
  });

  it('one of several tables is chosen by name', async () => {
    const other = { ...table, vectors: Float32Array.of(0, 0, 0, 7) };
    const path = await given('two.safetensors', encodeTables({ aggregated: other, prototypes: table }));
    expect(await readPrototypeFile(path, { table: 'aggregated' })).toEqual({
      name: 'aggregated',
      prototypes: other,
    });
    await expect(readPrototypeFile(path)).rejects.toThrow('Choose by --table one of aggregated, prototypes.');
    await expect(readPrototypeFile(path, { table: 'x' })).rejects.toThrow("has no table 'x'");
  });
});

/** Every finite float32 alike, by its bits: also -0 and subnormal numbers. */
const float32 = fc
  .integer({ min: 0, max: 0xffffffff })
  .map((bits) => new Float32Array(Uint32Array.of(bits).buffer)[0])
  .filter(Number.isFinite);
const special = fc.constantFrom(0, -0, 2 ** -149, -(2 ** -149), 2 ** -126, 3.4028234663852886e38, 1, 0.1);
const tables: fc.Arbitrary<Prototypes> = fc
  .record({
    dim: fc.integer({ min: 1, max: 5 }),
    classes: fc.uniqueArray(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 6 }),
  })
  .chain(({ dim, classes: { length }, classes }) =>
    fc.record({
      dim: fc.constant(dim),
      classes: fc.constant(Int32Array.from(classes).sort()),
      counts: fc
        .array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: length, maxLength: length })
        .map((list) => Float64Array.from(list)),
      vectors: fc
        .array(fc.oneof(float32, special.map(Math.fround)), {
          minLength: dim * length,
          maxLength: dim * length,
        })
        .map((list) => Float32Array.from(list)),
    }),
  );
const line = fc.string({ minLength: 1 }).filter((name) => name.trim() !== '' && !/[\r\n]/.test(name));
const namedTables = tables.chain((prototypes) => {
  const { length } = prototypes.classes;
  return fc
    .uniqueArray(line, { minLength: length, maxLength: length })
    .filter((names) => names.some((name) => Number.isNaN(Number(name))))
    .map((classNames) => ({
      classNames,
      prototypes: { ...prototypes, classes: prototypes.classes.map((_, row) => row) },
    }));
});
const bitsOf = ({ vectors }: Prototypes): Uint32Array => new Uint32Array(new Float32Array(vectors).buffer);

async function roundTrip(extension: string, written: NamedTable): Promise<NamedTable> {
  const path = `round-trip.${extension}`;
  return readPrototypeFile(await given(path, encodePrototypeFile(path, written).bytes));
}

describe('round trips', () => {
  it.each(['json', 'csv', 'safetensors'])('%s keeps every bit of a table', async (extension) => {
    await fc.assert(
      fc.asyncProperty(tables, async (prototypes) => {
        const read = await roundTrip(extension, { name: 'prototypes', prototypes });
        expect(read).toEqual({ name: 'prototypes', prototypes });
        expect(bitsOf(read.prototypes)).toEqual(bitsOf(prototypes));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it.each(['json', 'csv'])('%s keeps the names of classes', async (extension) => {
    await fc.assert(
      fc.asyncProperty(namedTables, async (named) => {
        const written = { name: 'prototypes', ...named };
        expect(await roundTrip(extension, written)).toEqual(written);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('npy keeps the vectors', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async (prototypes) => {
        const read = await roundTrip('npy', { name: 'prototypes', prototypes });
        expect(bitsOf(read.prototypes)).toEqual(bitsOf(prototypes));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('what a format has no place for is told', () => {
    const notKept = (path: string, written: Partial<NamedTable>) =>
      encodePrototypeFile(path, { name: 't', prototypes: table, ...written }).notKept;
    const others = { ...table, classes: Int32Array.of(3, 5), counts: Float64Array.of(1, 2) };
    const classNames = ['cat', 'dog'];
    expect(notKept('x.npy', {})).toEqual([]);
    expect(notKept('x.npy', { prototypes: others })).toEqual(['classes', 'counts']);
    expect(notKept('x.npy', { classNames })).toEqual(['class names']);
    expect(notKept('x.safetensors', { classNames, prototypes: others })).toEqual(['class names']);
    expect(notKept('x.json', { classNames, prototypes: others })).toEqual([]);
    expect(notKept('x.csv', { classNames, prototypes: others })).toEqual([]);
  });
});

describe('what is refused', () => {
  const without = (bytes: Uint8Array, count: number) => bytes.slice(0, bytes.length - count);
  const replaced = (from: string, to: string) =>
    new Uint8Array(Buffer.from(Buffer.from(numpyFloat32).toString('latin1').replace(from, to), 'latin1'));

  const shapeAt = Buffer.from(numpyFloat32).indexOf('(2, 2)');
  const noRows = (byte: number, i: number): number => (i === shapeAt + 1 ? 0x30 : byte);
  const noColumns = (byte: number, i: number): number => (i === shapeAt + 4 ? 0x30 : byte);

  it.each([
    ['cut.npy', without(numpyFloat32, 1), 'it has 143 bytes, its header says 144'],
    ['cut-header.npy', numpyFloat32.slice(0, 40), 'it ends within its header'],
    ['cut-start.npy', numpyFloat32.slice(0, 9), 'it is no file of np.save'],
    ['text.npy', 'hello, this is no array', 'it is no file of np.save'],
    ['version.npy', numpyFloat32.map((byte, i) => (i === 6 ? 9 : byte)), 'its version 9 is not 1, 2 or 3'],
    ['half.npy', replaced('<f4', '<f2'), "its type is '<f2'"],
    ['order.npy', replaced('False', 'Maybe'), "its header has no 'fortran_order'"],
    ['no-rows.npy', without(numpyFloat32.map(noRows), 16), 'it has no rows'],
    ['no-columns.npy', without(numpyFloat32.map(noColumns), 16), 'its rows have no values'],
    ['flat.npy', replaced('(2, 2)', '(4,)  '), 'its shape is (4)'],
    ['not.json', '[[1, 2], [3', 'it is no JSON'],
    ['number.json', '3', 'it is no list and no object'],
    ['key.json', '{"vector": [[1]]}', "the key 'vector' is none of"],
    ['uneven.json', '[[1, 2], [3]]', 'row 1 has not the 2 values of the first'],
    ['text.json', '[[1, "2"]]', 'row 0 has "2" at position 1, no number'],
    ['dim.json', '{"dim": 3, "vectors": [[1, 2]]}', "'dim' is 3, the first row has 2"],
    ['no-dim.json', '{"vectors": [1, 2]}', "'dim' is undefined"],
    ['classes.json', '{"classes": [0], "vectors": [[1], [2]]}', 'there are 2 rows and 1 classes'],
    ['twice.json', '{"classes": [3, 3], "vectors": [[1], [2]]}', 'class 3 has two rows'],
    ['half.json', '{"classes": [0.5], "vectors": [[1]]}', 'row 0 is of class 0.5'],
    ['counts.json', '{"counts": [0], "vectors": [[1]]}', 'counts must be positive'],
    ['nan.json', '[[1, NaN]]', 'it is no JSON'],
    ['null.json', '[[1, 2], [null, 1]]', 'row 1 has null at position 0, no number'],
    ['object.json', '{"vectors": {}}', "'vectors' is no list"],
    ['ragged.json', '{"dim": 2, "vectors": [1, 2, 3]}', '3 values are no whole number of rows of 2'],
    ['mixed.json', '{"classes": ["cat", 3], "vectors": [[1], [2]]}', '\'classes\' holds "cat", no number'],
    ['same.json', '{"classes": ["cat", "cat"], "vectors": [[1], [2]]}', 'class cat has two rows'],
    ['same-text.json', '{"classes": ["1", "1.0"], "vectors": [[1], [2]]}', 'class 1 has two rows'],
    ['nameless.json', '{"classes": ["cat", " "], "vectors": [[1], [2]]}', 'row 1 is of class " "'],
    ['lines.json', '{"classes": ["a\\nb", "c"], "vectors": [[1], [2]]}', 'row 0 is of class "a\\nb"'],
    ['empty.json', '[]', 'it has no rows'],
    ['no-values.json', '[[], []]', 'its rows have no values'],
    ['empty.csv', '\n\n', 'it is empty'],
    ['header.csv', 'class,x0\n', 'it has no rows'],
    ['classes.csv', 'class\n0\n', 'its rows have no values'],
    ['first-nan.csv', '1,NaN\n2,3\n', "line 1 has 'NaN' in column 2"],
    ['all-nan.csv', 'nan,NaN\n2,3\n', "line 1 has 'nan' in column 1"],
    ['first-inf.csv', '-inf,1\n2,3\n', "line 1 has '-inf' in column 1"],
    ['first-word.csv', '1,2x\n2,3\n', "line 1 has '2x' in column 2"],
    ['first-gap.csv', ',2\n2,3\n', "line 1 has '' in column 1"],
    ['word-first.csv', 'x,y\n1o,2\n3,4\n', "line 3 has '3' in column 1, which begins with a word"],
    ['quote.csv', 'class,x\n"cat,1\n', 'line 2 has a quote that is not closed'],
    ['infinity.csv', '1,2\n3,Infinity\n', "line 2 has 'Infinity' in column 2"],
    ['bytes.csv', Uint8Array.of(0x31, 0xff), 'it is no text in UTF-8'],
    ['uneven.csv', '1,2\n3\n', 'line 2 has 1 cells instead of 2'],
    ['word.csv', '1,2\n3,four\n', "line 2 has 'four' in column 2"],
    ['gap.csv', 'class,a\n0,\n', "line 2 has '' in column 2"],
    ['huge.csv', '1e39,1\n', 'row 0 has 1e+39 at position 0, no finite float32'],
    ['cut.safetensors', without(encodeTables({ prototypes: table }), 4), 'no valid safetensors file'],
    [
      'vector.safetensors',
      encodeSafetensors({ bias: { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) } }),
      'it has no tensor of shape [classes, dim]',
    ],
    [
      'no-rows.safetensors',
      encodeSafetensors({ weight: { dtype: 'F32', shape: [0, 2], data: new Float32Array(0) } }),
      'it has no rows',
    ],
    ['empty.safetensors', encodeTables({ t: emptyPrototypes(2) }), "'t' has no rows"],
    [
      'not-finite.safetensors',
      encodeSafetensors({ w: { dtype: 'F64', shape: [1, 2], data: Float64Array.of(1, Infinity) } }),
      'row 0 has Infinity at position 1',
    ],
    [
      'integers.safetensors',
      encodeSafetensors({ ids: { dtype: 'I32', shape: [1, 2], data: Int32Array.of(1, 2) } }),
      "'ids' is of type I32",
    ],
    [
      'classes.safetensors',
      encodeSafetensors({
        't.vectors': { dtype: 'F32', shape: [2, 2], data: table.vectors },
        't.classes': { dtype: 'I32', shape: [2], data: Int32Array.of(1, 0) },
        't.counts': { dtype: 'F64', shape: [2], data: table.counts },
      }),
      'classes must be ascending',
    ],
  ])('%s', async (name, content, message) => {
    const refusal = readPrototypeFile(await given(name, content));
    await expect(refusal).rejects.toMatchObject({ code: 'data-corrupt' });
    await expect(refusal).rejects.toThrow(message);
    await expect(refusal).rejects.toThrow(name);
  });

  it('NaN of numpy', async () => {
    const bytes = numpyFloat32.slice();
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true);
    await expect(readPrototypeFile(await given('nan.npy', bytes))).rejects.toThrow(
      'row 1 has NaN at position 1',
    );
  });

  it('a missing file, a folder, another extension, a table of a format without names', async () => {
    await expect(readPrototypeFile(join(dir, 'none.npy'))).rejects.toMatchObject({ code: 'data-not-found' });
    await expect(readPrototypeFile('x.txt')).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(readPrototypeFile(join(dir, 'rows.json'), { table: 'a' })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});
