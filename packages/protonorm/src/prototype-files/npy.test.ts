import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNpy } from './npy.ts';

const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

// numpy 2.4.6: np.lib.format.write_array(file, np.array([[1, 0.5], [-2, 3]], dtype=dtype, order=order), version)
describe('layouts of numpy', () => {
  it.each([
    [
      '<f4, Fortran order',
      'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA/AAAAwAAAAD8AAEBA',
    ],
    [
      '>f4, Fortran order',
      'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/gAAAwAAAAD8AAABAQAAA',
    ],
    [
      '>f8',
      'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/8AAAAAAAAD/gAAAAAAAAwAAAAAAAAABACAAAAAAAAA==',
    ],
    [
      'version 3',
      'k05VTVBZAwB0AAAAeydkZXNjcic6ICc8ZjQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMiksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAIA/AAAAPwAAAMAAAEBA',
    ],
  ])('%s', (_, text) => {
    expect(readNpy(fromBase64(text), 'x.npy').prototypes).toEqual({
      dim: 2,
      classes: Int32Array.of(0, 1),
      counts: Float64Array.of(1, 1),
      vectors: Float32Array.of(1, 0.5, -2, 3),
    });
  });
});

/** A file with a header of a few bytes, as nobody but the format asks for. */
function fileOf(
  values: readonly number[],
  layout: {
    shape: readonly [number, number];
    width: 4 | 8;
    little: boolean;
    fortran: boolean;
    version: number;
  },
): Uint8Array {
  const { shape, width, little, fortran, version } = layout;
  const [rows, dim] = shape;
  const header = `{'shape': (${rows}, ${dim}L), "fortran_order": ${fortran ? 'True' : 'False'}, 'descr': '${little ? '<' : '>'}f${width}'}\n`;
  const start = (version === 1 ? 10 : 12) + header.length;
  const bytes = new Uint8Array(start + width * values.length);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), version, 0]);
  bytes.set(new TextEncoder().encode(header), start - header.length);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, header.length, true);
  else view.setUint32(8, header.length, true);
  values.forEach((value, i) => {
    const [row, k] = [Math.floor(i / dim), i % dim];
    const at = start + width * (fortran ? k * rows + row : i);
    if (width === 4) view.setFloat32(at, value, little);
    else view.setFloat64(at, value, little);
  });
  return bytes;
}

describe('every layout', () => {
  it('gives the same rows, at any place of a buffer', () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
    const layout = fc.record({
      shape,
      width: fc.constantFrom(4 as const, 8 as const),
      little: fc.boolean(),
      fortran: fc.boolean(),
      version: fc.constantFrom(1, 2, 3),
    });
    const floats = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 25,
      maxLength: 25,
    });
    fc.assert(
      fc.property(layout, floats, fc.nat(7), (layout, numbers, offset) => {
        const [rows, dim] = layout.shape;
        const values = numbers.slice(0, rows * dim);
        const file = fileOf(values, layout);
        const within = new Uint8Array(file.length + offset);
        within.set(file, offset);
        const { prototypes } = readNpy(within.subarray(offset), 'x.npy');
        expect(prototypes.dim).toBe(dim);
        expect(Array.from(prototypes.vectors)).toEqual(values);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
