import { crc32, deflateSync } from 'node:zlib';

/** A PNG image that {@link png} writes. */
interface PngImage {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. @defaultValue 8 */
  readonly depth?: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. @defaultValue 2 */
  readonly colour?: number;
  /** Rows of packed bytes, one after another. */
  readonly data: ArrayLike<number>;
  readonly palette?: readonly number[];
  /** Then `data` are the seven passes, each row after its filter byte. @defaultValue false */
  readonly interlaced?: boolean;
}

/** Writes a PNG file, each row without a filter. */
export function png({ width, height, depth = 8, colour = 2, data, palette, interlaced = false }: PngImage) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, Number(interlaced)], 8);
  const rowBytes = data.length / height;
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...Array.prototype.slice.call(data, y * rowBytes, (y + 1) * rowBytes),
  ]);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette))] : []),
    chunk('IDAT', deflateSync(Uint8Array.from(interlaced ? data : rows.flat()))),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** A PNG of one RGB colour. */
export function plainPng(width: number, height: number, colour: readonly [number, number, number]): Buffer {
  return png({ width, height, data: Array.from({ length: width * height }, () => colour).flat() });
}

function chunk(type: string, body: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length, 0);
  ends.writeUInt32BE(crc32(typed), 4);
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)]);
}
