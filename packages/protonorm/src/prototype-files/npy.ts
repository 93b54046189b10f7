import type { Prototypes } from '@protonorm/tensor';
import { corrupt, tableOfRows } from './class-table.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY
const WIDTHS: Readonly<Record<string, number>> = { '<f4': 4, '<f8': 8 };

/**
 * Reads an array of NumPy (`np.save`): versions 1 to 3, float32 or float64, little-endian, C order, shape [classes, dim].
 *
 * Source: numpy.lib.format. Row i is class i.
 *
 * @throws `data-corrupt`
 */
export function readNpy(bytes: Uint8Array, path: string): Prototypes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw corrupt(path, 'it is no file of np.save', bytes.length);
  }
  const version = bytes[6];
  if (version < 1 || version > 3 || (version > 1 && bytes.length < 12)) {
    throw corrupt(path, `its version ${version} is not 1, 2 or 3`, version);
  }
  const start = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  if (start > bytes.length) throw corrupt(path, 'it ends within its header', bytes.length);
  const header = new TextDecoder().decode(bytes.subarray(version === 1 ? 10 : 12, start));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? '';
  const width = WIDTHS[type];
  if (width === undefined) {
    throw corrupt(path, `its type is '${type}'; save it by np.save(file, x.astype('<f4'))`, type);
  }
  if (!/'fortran_order':\s*False/.test(header)) {
    throw corrupt(path, 'it is in Fortran order; save it by np.save(file, np.ascontiguousarray(x))', header);
  }
  const shape = /'shape':\s*\(([\d,\s]*)\)/
    .exec(header)?.[1]
    .split(',')
    .flatMap((text) => text.trim() || []);
  if (shape?.length !== 2) {
    throw corrupt(path, `its shape is (${shape?.join(', ') ?? '?'}); it must be (classes, dim)`, shape);
  }
  const [rows, dim] = shape.map(Number);
  const expected = start + rows * dim * width;
  if (bytes.length !== expected) {
    throw corrupt(path, `it has ${bytes.length} bytes, its header says ${expected}`, bytes.length);
  }
  const values = new Float64Array(rows * dim);
  for (let i = 0; i < values.length; i++) {
    values[i] = width === 4 ? view.getFloat32(start + 4 * i, true) : view.getFloat64(start + 8 * i, true);
  }
  return tableOfRows(path, { dim, values });
}

/** Writes the vectors as `np.save` does: version 1, `<f4`, C order. Classes and counts have no place in it. */
export function writeNpy({ dim, classes, vectors }: Prototypes): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${classes.length}, ${dim}), }`;
  // Padded with spaces, so that the data begin at a multiple of 64.
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length + vectors.byteLength);
  bytes.set([...MAGIC, 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, length - 10, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(length - 11)}\n`), 10);
  vectors.forEach((value, i) => view.setFloat32(length + 4 * i, value, true));
  return bytes;
}
