import type { decode as decodePng, DecodedPng } from 'fast-png';

import type { DecodedImage } from '../../images/image-decoder.ts';

/** Makes a decoder of PNG (all kinds of colours but for interlaced ones of less than 8 bits); checksums are checked. */
export async function createPngDecoder(): Promise<(bytes: Uint8Array) => DecodedImage> {
  const { decode } = await import('fast-png');
  return (bytes) => {
    // Depth and interlacing in the header: fast-png 8.0 takes a whole byte for each interlaced sample.
    if (bytes[24] < 8 && bytes[28] !== 0) {
      throw new Error(`interlaced PNG of ${bytes[24]} bits a sample is not supported`);
    }
    const png = decodeWhole(decode, bytes);
    return { width: png.width, height: png.height, pixels: rgbOf(png) };
  };
}

function decodeWhole(decode: typeof decodePng, bytes: Uint8Array): DecodedPng {
  try {
    // A copy, because fast-png 8.0 reads beyond the end of a view: into the next file of an archive.
    return decode(new Uint8Array(bytes), { checkCrc: true });
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(cause instanceof RangeError ? `it ends too early or is damaged: ${message}` : message, {
      cause,
    });
  }
}

/** RGB of grey, colour or palette, with or without alpha, of 1 to 16 bits: as Pillow, the high byte of 16 bits. */
function rgbOf(png: DecodedPng): Uint8Array {
  const { width, height, depth, channels, data, palette } = png;
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  const scale = palette === undefined && depth < 8 ? 255 / ((1 << depth) - 1) : 1;
  const sample = (y: number, k: number): number => {
    if (depth >= 8) return depth === 8 ? data[y * width * channels + k] : data[y * width * channels + k] >> 8;
    const bit = k * depth;
    const byte = data[y * rowBytes + (bit >> 3)];
    return (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
  };
  const pixels = new Uint8Array(height * width * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      if (palette !== undefined) {
        const colour = palette[sample(y, x)];
        if (colour === undefined) throw new Error('a pixel has a colour beyond the palette');
        for (let c = 0; c < 3; c++) pixels[to + c] = colour[c];
        continue;
      }
      for (let c = 0; c < 3; c++) {
        pixels[to + c] = sample(y, x * channels + (channels < 3 ? 0 : c)) * scale;
      }
    }
  }
  return pixels;
}
