import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { DecodedImage } from '../../images/image-decoder.ts';

/** What is used of an instance of mozjpeg's decoder. */
interface MozJpeg {
  /** RGBA; null or a throw for what cannot be decoded. */
  decode(bytes: Uint8Array, preserveOrientation: boolean): DecodedRgba | null;
}

interface DecodedRgba {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

type MozJpegFactory = (options: {
  readonly noInitialRun: boolean;
  readonly printErr: (line: string) => void;
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => WebAssembly.Exports;
}) => Promise<MozJpeg>;

/**
 * Makes a decoder of baseline and progressive JPEG, grey and colour: mozjpeg (libjpeg) in WebAssembly with libjpeg's defaults,
 * which Pillow and so torchvision have too. Orientation in EXIF is not applied, as there.
 */
export async function createJpegDecoder(): Promise<(bytes: Uint8Array) => Promise<DecodedImage>> {
  const file = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  const [code, { default: factory }] = await Promise.all([
    readFile(file).then((bytes) => WebAssembly.compile(bytes)),
    import('@jsquash/jpeg/codec/dec/mozjpeg_dec.js'),
  ]);
  const warnings: string[] = [];
  const instantiate = () =>
    withImageData(() =>
      (factory as unknown as MozJpegFactory)({
        noInitialRun: true,
        printErr: (line) => warnings.push(line),
        instantiateWasm(imports, done) {
          const instance = new WebAssembly.Instance(code, imports);
          done(instance);
          return instance.exports;
        },
      }),
    );
  let decoder = await instantiate();
  return async (bytes) => {
    warnings.length = 0;
    let image: DecodedRgba | null;
    try {
      image = withImageData(() => decoder.decode(bytes, false));
    } catch (cause) {
      const reason = warnings.at(-1) ?? String(cause);
      // libjpeg has called exit(): what it held is not freed, so the next image gets a fresh instance.
      decoder = await instantiate();
      throw new Error(reason, { cause });
    }
    // libjpeg fills what is missing with grey and only warns; it tells the first warning of an image.
    const damage = warnings.find(isDamage);
    if (image === null || damage !== undefined) throw new Error(damage ?? 'mozjpeg gave nothing');
    return { width: image.width, height: image.height, pixels: withoutAlpha(image.data) };
  };
}

/** What mozjpeg's decoder makes, where there is no ImageData of a browser. */
class PlainImageData implements DecodedRgba {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}

/** Calls something that needs a global ImageData, and leaves none behind: others tell a browser by it. */
function withImageData<T>(call: () => T): T {
  const globals = globalThis as { ImageData?: unknown };
  if (globals.ImageData !== undefined) return call();
  globals.ImageData = PlainImageData;
  try {
    return call();
  } finally {
    delete globals.ImageData;
  }
}

/** Stray bytes before the end mark are common and harmless: Pillow reads such files too. */
function isDamage(warning: string): boolean {
  return (
    /^(?:Premature end|Corrupt JPEG data)/.test(warning) &&
    !/extraneous bytes before marker 0xd9/.test(warning)
  );
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    rgb[to++] = rgba[from];
    rgb[to++] = rgba[from + 1];
    rgb[to++] = rgba[from + 2];
  }
  return rgb;
}
