import type { Prototypes } from '@protonorm/tensor';
import { euclideanNorm } from '../schema/euclidean-norm.ts';
import { encodePositions, keepLargest, keptPositions, decodePositions } from './kept-coordinates.ts';
import { isExact, keptCount, type PrototypeEncoding } from './prototype-encoding.ts';
import { rowFormats, type RowFormat } from './row-format.ts';

/** An array of a frame. */
export type FrameArray = Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array | Int8Array;

/**
 * The vectors of a checked class table as the arrays that travel, row by row: which coordinates (if not all do), scales
 * (but for float32), values.
 */
export function packVectors(
  { classes, dim, vectors }: Prototypes,
  encoding: Required<PrototypeEncoding>,
  { maxNorm = Infinity }: { readonly maxNorm?: number | undefined },
): readonly FrameArray[] {
  if (isExact(encoding)) return [vectors];
  const format = rowFormats[encoding.precision];
  const count = keptCount(dim, encoding.keep);
  const sparse = encoding.keep < 1;
  const values = format.values(new ArrayBuffer(classes.length * count * format.valueBytes));
  const scales = format.scales(new ArrayBuffer(classes.length * format.scaleBytes));
  const kept: Uint32Array[] = [];
  for (let row = 0; row < classes.length; row++) {
    const whole = vectors.subarray(row * dim, (row + 1) * dim);
    const { stored, scale, restored } = quantised(
      format,
      sparse ? keepLargest(whole, count) : whole,
      maxNorm,
    );
    scales[row] = scale; // lost where the format has none
    if (!sparse) {
      values.set(stored, row * count);
      continue;
    }
    // By what is read back, so that a row that was read back is packed to the same bytes.
    const positions = keptPositions(restored, count);
    positions.forEach((position, i) => {
      if (restored[position] !== 0) values[row * count + i] = stored[position]; // 0 otherwise, not -0
    });
    kept.push(positions);
  }
  return [
    ...(sparse ? [encodePositions(kept, dim)] : []),
    ...(format.scaleBytes > 0 ? [scales] : []),
    values,
  ];
}

/** Gives the bytes of the next array of a frame, a copy. */
export type NextArray = (elementBytes: number) => ArrayBuffer;

/**
 * The vectors of so many rows; their number follows from the arrays, so that no more is reserved than 4 / keep times them.
 *
 * @returns what is wrong, if it cannot be read
 */
export function unpackVectors(
  next: NextArray,
  encoding: Required<PrototypeEncoding>,
  { rows, dim }: { readonly rows: number; readonly dim: number },
): Float32Array | string {
  if (isExact(encoding)) return new Float32Array(next(4));
  const format = rowFormats[encoding.precision];
  const count = keptCount(dim, encoding.keep);
  const sparse = encoding.keep < 1;
  const where = sparse ? new Uint8Array(next(1)) : undefined;
  const scales = format.scaleBytes > 0 ? format.scales(next(format.scaleBytes)) : undefined;
  const values = format.values(next(format.valueBytes));
  if (values.length !== rows * count) {
    return `has ${values.length} coordinates of prototypes instead of ${rows} x ${count}`;
  }
  if (scales !== undefined && scales.length !== rows)
    return `has ${scales.length} scales for ${rows} prototypes`;
  if (scales?.every((scale) => format.isScale(scale)) === false) return 'has a scale out of range';
  if (!values.every((value) => format.isValue(value))) return 'has a coordinate out of range';
  const kept = where && decodePositions(where, { rows, dim, count });
  if (sparse && kept === undefined) return 'does not say which coordinates of its prototypes it has';
  const vectors = new Float32Array(rows * dim);
  for (let row = 0; row < rows; row++) {
    const restored = format.restore(values.subarray(row * count, (row + 1) * count), scales?.[row] ?? 1);
    if (kept === undefined) vectors.set(restored, row * dim);
    else kept[row].forEach((position, i) => (vectors[row * dim + position] = restored[i]));
  }
  return vectors;
}

/** A row to the nearest numbers of a format, or towards zero where the nearest would make it too long. */
function quantised(format: RowFormat, row: Float32Array, maxNorm: number) {
  for (const towardsZero of [false, true]) {
    const { stored, scale } = format.quantise(row, towardsZero);
    const restored = format.restore(stored, scale);
    if (towardsZero || euclideanNorm(restored) <= maxNorm) return { stored, scale, restored };
  }
  throw new Error('unreachable');
}
