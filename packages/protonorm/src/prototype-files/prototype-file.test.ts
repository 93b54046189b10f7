import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeTables } from '@protonorm/fl-server/file-store';
import { encodeSafetensors, type Prototypes } from '@protonorm/tensor';
import { float32Text } from './class-table.ts';
import { readPrototypeFile, writePrototypeFile } from './prototype-file.ts';

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

  it('numpy would write the same bytes', async () => {
    const path = join(dir, 'ours.npy');
    await writePrototypeFile(path, { name: 'prototypes', prototypes: table });
    expect(new Uint8Array(await readFile(path))).toEqual(numpyFloat32);
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

describe('round trips', () => {
  const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
  const tables = fc
    .record({
      dim: fc.integer({ min: 1, max: 5 }),
      classes: fc.uniqueArray(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 6 }),
    })
    .chain(({ dim, classes }) =>
      fc.record({
        dim: fc.constant(dim),
        classes: fc.constant(Int32Array.from(classes).sort()),
        counts: fc
          .array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), {
            minLength: classes.length,
            maxLength: classes.length,
          })
          .map((list) => Float64Array.from(list)),
        vectors: fc
          .array(float32, { minLength: dim * classes.length, maxLength: dim * classes.length })
          .map((list) => Float32Array.from(list, (x) => x + 0)),
      }),
    );

  it.each(['json', 'csv', 'safetensors'])('%s keeps every bit of a table', async (extension) => {
    const path = join(dir, `round-trip.${extension}`);
    await fc.assert(
      fc.asyncProperty(tables, async (prototypes) => {
        const zeros = { ...prototypes, vectors: prototypes.vectors.map((x) => (x === 0 ? 0 : x)) };
        await writePrototypeFile(path, { name: 'prototypes', prototypes: zeros });
        expect(await readPrototypeFile(path)).toEqual({ name: 'prototypes', prototypes: zeros });
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it('npy keeps the vectors', async () => {
    const path = join(dir, 'round-trip.npy');
    await fc.assert(
      fc.asyncProperty(tables, async (prototypes) => {
        await writePrototypeFile(path, { name: 'prototypes', prototypes });
        expect((await readPrototypeFile(path)).prototypes.vectors).toEqual(prototypes.vectors);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  it('a number is written as short as possible', () => {
    expect(float32Text(Math.fround(0.1))).toBe('0.1');
    expect(float32Text(-2)).toBe('-2');
    fc.assert(
      fc.property(float32, (x) => Math.fround(Number(float32Text(x))) === x),
      { seed: 1 },
    );
  });

  it('leaves nothing beside the file', async () => {
    expect((await readdir(dir)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});

describe('what is refused', () => {
  const without = (bytes: Uint8Array, count: number) => bytes.slice(0, bytes.length - count);
  const replaced = (from: string, to: string) =>
    new Uint8Array(Buffer.from(Buffer.from(numpyFloat32).toString('latin1').replace(from, to), 'latin1'));

  it.each([
    ['cut.npy', without(numpyFloat32, 1), 'it has 143 bytes, its header says 144'],
    ['cut-header.npy', numpyFloat32.slice(0, 40), 'it ends within its header'],
    ['cut-start.npy', numpyFloat32.slice(0, 9), 'it is no file of np.save'],
    ['text.npy', 'hello, this is no array', 'it is no file of np.save'],
    ['version.npy', numpyFloat32.map((byte, i) => (i === 6 ? 9 : byte)), 'its version 9 is not 1, 2 or 3'],
    ['big-endian.npy', replaced('<f4', '>f4'), "its type is '>f4'"],
    ['fortran.npy', replaced('False', 'True '), 'Fortran order'],
    ['flat.npy', replaced('(2, 2)', '(4,)  '), 'its shape is (4)'],
    ['not.json', '[[1, 2], [3', 'it is no JSON'],
    ['number.json', '3', 'it is no list and no object'],
    ['key.json', '{"vector": [[1]]}', "the key 'vector' is none of"],
    ['uneven.json', '[[1, 2], [3]]', 'row 1 has not the 2 values of the first'],
    ['text.json', '[[1, "2"]]', '\'vectors\' holds "2", no number'],
    ['dim.json', '{"dim": 3, "vectors": [[1, 2]]}', "'dim' is 3, the first row has 2"],
    ['no-dim.json', '{"vectors": [1, 2]}', "'dim' is undefined"],
    ['classes.json', '{"classes": [0], "vectors": [[1], [2]]}', 'there are 2 rows and 1 classes'],
    ['twice.json', '{"classes": [3, 3], "vectors": [[1], [2]]}', 'class 3 has two rows'],
    ['half.json', '{"classes": [0.5], "vectors": [[1]]}', 'row 0 is of class 0.5'],
    ['counts.json', '{"counts": [0], "vectors": [[1]]}', 'counts must be positive'],
    ['empty.json', '[]', "'vectors' is no list"],
    ['empty.csv', '\n\n', 'it is empty'],
    ['header.csv', 'class,x0\n', '0 values are no whole number of rows of 1'],
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
