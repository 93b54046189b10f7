/** Copies a row with all but `count` coordinates set to 0: those of largest magnitude stay, of two as large the one before. */
export function keepLargest(row: Float32Array, count: number): Float32Array {
  const magnitudes = row.map(Math.abs);
  const limit = magnitudes.slice().sort().at(-count) ?? Infinity;
  let equal = count - magnitudes.reduce((above, magnitude) => above + (magnitude > limit ? 1 : 0), 0);
  return row.map((value, i) =>
    magnitudes[i] > limit || (magnitudes[i] === limit && equal-- > 0) ? value : 0,
  );
}

/**
 * The `count` coordinates of a row that travel, in ascending order: all that are not 0, and the first of the others.
 *
 * @param row - with at most `count` coordinates that are not 0
 */
export function keptPositions(row: Float32Array, count: number): Uint32Array {
  let zeros = count - row.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0);
  const positions = new Uint32Array(count);
  let at = 0;
  for (let i = 0; at < count; i++) if (row[i] !== 0 || zeros-- > 0) positions[at++] = i;
  return positions;
}

const BITMAP = 0;
const GAPS = 1;

/**
 * The positions of all rows as bytes: a byte that names the form, then for each row either a bitmap (`dim` bits, in whole
 * bytes, the first coordinate lowest), or how many coordinates are left out before each kept one, as a varint (7 bits a
 * byte, the lowest first). The smaller one is taken, the bitmap if both are as large.
 */
export function encodePositions(rows: readonly Uint32Array[], dim: number): Uint8Array {
  const bitmapBytes = rows.length * Math.ceil(dim / 8);
  const gaps = [GAPS];
  for (const positions of rows) {
    positions.forEach((position, i) => {
      let gap = i === 0 ? position : position - positions[i - 1] - 1;
      for (; gap >= 128; gap = Math.floor(gap / 128)) gaps.push((gap % 128) | 128);
      gaps.push(gap);
    });
  }
  if (gaps.length <= bitmapBytes) return Uint8Array.from(gaps);
  const bytes = new Uint8Array(1 + bitmapBytes);
  bytes[0] = BITMAP;
  rows.forEach((positions, row) => {
    const start = 1 + row * Math.ceil(dim / 8);
    for (const position of positions) bytes[start + (position >>> 3)] |= 1 << (position & 7);
  });
  return bytes;
}

/**
 * The positions of all rows, each in ascending order and below `dim`; undefined for bytes that are not those of so many
 * rows with so many coordinates each.
 */
export function decodePositions(
  bytes: Uint8Array,
  { rows, dim, count }: { readonly rows: number; readonly dim: number; readonly count: number },
): readonly Uint32Array[] | undefined {
  const found = bytes[0] === BITMAP ? fromBitmap : bytes[0] === GAPS ? fromGaps : undefined;
  return found?.(bytes.subarray(1), { rows, dim, count });
}

type Sizes = Parameters<typeof decodePositions>[1];

function fromBitmap(bytes: Uint8Array, { rows, dim, count }: Sizes): readonly Uint32Array[] | undefined {
  const rowBytes = Math.ceil(dim / 8);
  if (bytes.length !== rows * rowBytes) return undefined;
  const found: Uint32Array[] = [];
  for (let row = 0; row < rows; row++) {
    const positions: number[] = [];
    for (let i = 0; i < 8 * rowBytes; i++) {
      if (bytes[row * rowBytes + (i >>> 3)] & (1 << (i & 7))) positions.push(i);
    }
    if (positions.length !== count || (positions.at(-1) ?? 0) >= dim) return undefined;
    found.push(Uint32Array.from(positions));
  }
  return found;
}

function fromGaps(bytes: Uint8Array, { rows, dim, count }: Sizes): readonly Uint32Array[] | undefined {
  if (bytes.length < rows * count) return undefined;
  const found: Uint32Array[] = [];
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const positions = new Uint32Array(count);
    let next = 0;
    for (let i = 0; i < count; i++) {
      let factor = 1;
      for (; bytes[at] >= 128 && factor < 2 ** 32; factor *= 128) next += (bytes[at++] & 127) * factor;
      next += bytes[at++] * factor;
      if (!(next < dim)) return undefined; // NaN behind the end
      positions[i] = next++;
    }
    found.push(positions);
  }
  return at === bytes.length ? found : undefined;
}
