import type { ImageDecoder } from '../../images/image-decoder.ts';
import { createJpegDecoder } from './decode-jpeg.ts';
import { createPngDecoder } from './decode-png.ts';

/**
 * Makes a decoder of JPEG and PNG, told apart by their first bytes. The libraries are loaded with the first image of a kind.
 *
 * JPEG is decoded as libjpeg does by default (so Pillow and torchvision): 500 of Tiny ImageNet had Pillow's pixels to the bit.
 * PNG may have any kind of colours, but for interlaced ones of less than 8 bits.
 *
 * @example
 * ```ts
 * import { createImageDecoder } from '@protonorm/datasets/node';
 * const base64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
 * const { pixels } = await createImageDecoder().decode(Buffer.from(base64, 'base64'));
 * [...pixels]; // => [255, 0, 0]
 * ```
 */
export function createImageDecoder(): ImageDecoder {
  let jpeg: ReturnType<typeof createJpegDecoder> | undefined;
  let png: ReturnType<typeof createPngDecoder> | undefined;
  return {
    async decode(bytes) {
      if (startsWith(bytes, 0xff, 0xd8)) return (await (jpeg ??= createJpegDecoder()))(bytes);
      if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47)) return (await (png ??= createPngDecoder()))(bytes);
      throw new Error(bytes.length === 0 ? 'the file is empty' : 'it is neither JPEG nor PNG');
    },
  };
}

function startsWith(bytes: Uint8Array, ...start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}
