import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import factory from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js';
import { defaultOptions } from '@jsquash/jpeg/meta.js';

interface Encoder {
  encode(rgba: Uint8Array, width: number, height: number, options: object): Uint8Array;
}

/** Makes a writer of JPEG: mozjpeg's encoder, of the library whose decoder is used. */
export async function createJpegEncoder(): Promise<
  (rgb: Uint8Array, width: number, options?: { progressive?: boolean; grey?: boolean }) => Uint8Array
> {
  const file = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm');
  const code = await WebAssembly.compile(await readFile(file));
  const before = Object.getOwnPropertyDescriptor(globalThis, 'ImageData');
  const encoder = (await (factory as unknown as (options: object) => Promise<Encoder>)({
    noInitialRun: true,
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(code, imports);
      done(instance);
      return instance.exports;
    },
  })) as Encoder;
  if (before === undefined) delete (globalThis as { ImageData?: unknown }).ImageData;
  return (rgb, width, { progressive = false, grey = false } = {}) => {
    const rgba = Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, i) =>
      i % 4 === 3 ? 255 : rgb[Math.floor(i / 4) * 3 + (i % 4)],
    );
    const options = { ...defaultOptions, quality: 95, progressive, baseline: !progressive };
    const colours = grey ? { color_space: 1 } : { auto_subsample: false, chroma_subsample: 1 };
    const height = rgb.length / 3 / width;
    return encoder.encode(rgba, width, height, { ...options, ...colours }).slice();
  };
}
