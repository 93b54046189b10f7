import { tableOfRows, type ClassTable } from './class-table.ts';
import { corrupt } from './corrupt.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // \x93NUMPY

/** Types that hold prototypes. */
const TYPES: Readonly<Record<string, { readonly width: 4 | 8; readonly littleEndian: boolean }>> = {
  '<f4': { width: 4, littleEndian: true },
  '>f4': { width: 4, littleEndian: false },
  '<f8': { width: 8, littleEndian: true },
  '>f8': { width: 8, littleEndian: false },
};

/**
 * Reads an array of NumPy (`np.save`): versions 1 to 3, float32 or float64 of either byte order, C or Fortran order, shape
 * [classes, dim].
 *
 * Source: numpy.lib.format. Row i is class i.
 *
 * @throws `data-corrupt`
 */
export function readNpy(bytes: Uint8Array, path: string): ClassTable {
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
  const { type, fortranOrder, rows, dim } = readHeader(
    new TextDecoder().decode(bytes.subarray(version === 1 ? 10 : 12, start)),
    path,
  );
  const { width, littleEndian } = TYPES[type];
  const expected = start + rows * dim * width;
  if (bytes.length !== expected) {
    throw corrupt(path, `it has ${bytes.length} bytes, its header says ${expected}`, bytes.length);
  }
  const values = new (width === 4 ? Float32Array : Float64Array)(rows * dim);
  const [rowStride, columnStride] = fortranOrder ? [1, rows] : [dim, 1];
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < dim; k++) {
      const at = start + width * (row * rowStride + k * columnStride);
      values[row * dim + k] =
        width === 4 ? view.getFloat32(at, littleEndian) : view.getFloat64(at, littleEndian);
    }
  }
  return tableOfRows(path, { rows, dim, values });
}

/** The literal of a Python dictionary that `np.save` writes; Python 2 wrote an L behind the numbers of a shape. */
function readHeader(header: string, path: string) {
  const type = /['"]descr['"]:\s*['"]([^'"]*)['"]/.exec(header)?.[1] ?? '';
  if (!Object.hasOwn(TYPES, type)) {
    throw corrupt(path, `its type is '${type}'; save it by np.save(file, x.astype('<f4'))`, type);
  }
  const order = /['"]fortran_order['"]:\s*(True|False)/.exec(header)?.[1];
  if (order === undefined) throw corrupt(path, "its header has no 'fortran_order'", header);
  const shape = /['"]shape['"]:\s*\(((?:\d+L?|[,\s])*)\)/
    .exec(header)?.[1]
    .split(',')
    .flatMap((text) => text.trim() || []);
  if (shape?.length !== 2) {
    throw corrupt(path, `its shape is (${shape?.join(', ') ?? '?'}); it must be (classes, dim)`, shape);
  }
  const [rows, dim] = shape.map((text) => Number(text.replace('L', '')));
  return { type, fortranOrder: order === 'True', rows, dim };
}

/** Writes the vectors as `np.save` does: version 1, `<f4`, C order. Classes and counts have no place in it. */
export function writeNpy({ prototypes }: ClassTable): Uint8Array {
  const { dim, classes, vectors } = prototypes;
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
