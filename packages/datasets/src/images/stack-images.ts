import { ProtoNormError } from '@protonorm/tensor';

import { areaAverage } from './area-average.ts';
import type { DecodedImage, ImageDecoder } from './image-decoder.ts';

/** How far reading images is. */
export interface ImageProgress {
  /** Images that have been decoded or passed over. */
  readonly done: number;
  readonly total: number;
}

/** An image that was passed over. */
export interface BrokenImage {
  readonly file: string;
  /** What is wrong with it. */
  readonly problem: string;
}

interface StackOptions {
  readonly decoder: ImageDecoder;
  readonly size: readonly [height: number, width: number] | undefined;
  readonly resize: boolean;
  readonly skipBroken: boolean;
  readonly onProgress: ((progress: ImageProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Files that are read at once, and pixels after which other tasks get their turn (about 10 ms). */
const READ_AHEAD = 32;
const PIXELS_BETWEEN_TURNS = 1 << 18;

/**
 * Decodes images to one array.
 *
 * @returns inputs of shape [kept, ...shape], which rows of `names` they are, and what was passed over
 * @throws `data-corrupt` with its name for a file that cannot be decoded (unless it is passed over), or when none can;
 *   `shape-mismatch` for an image of another size that is not to be resized; `signal.reason` when aborted
 */
export async function stackImages(
  names: readonly string[],
  read: (name: string) => Promise<Uint8Array>,
  { decoder, resize, skipBroken, onProgress, signal, ...options }: StackOptions,
): Promise<{ shape: [number, number, 3]; inputs: Uint8Array; kept: number[]; broken: BrokenImage[] }> {
  let { size } = options;
  let inputs = new Uint8Array(0);
  let pixelsSinceTurn = 0;
  const kept: number[] = [];
  const broken: BrokenImage[] = [];
  for (let start = 0; start < names.length; start += READ_AHEAD) {
    const block = await Promise.all(names.slice(start, start + READ_AHEAD).map(read));
    for (const [i, bytes] of block.entries()) {
      signal?.throwIfAborted();
      const name = names[start + i];
      let image: DecodedImage | undefined;
      try {
        image = await decoder.decode(bytes);
      } catch (cause) {
        const problem = (cause instanceof Error ? cause.message : String(cause)).replace(/[.:]\s*$/, '');
        if (!skipBroken) throw undecodable(name, problem, cause);
        broken.push({ file: name, problem });
      }
      if (image !== undefined) {
        size ??= [image.height, image.width];
        const values = size[0] * size[1] * 3;
        if (kept.length === 0) inputs = new Uint8Array(names.length * values);
        if (!resize) checkSize(name, image, size);
        inputs.set(areaAverage(image, size), kept.length * values);
        kept.push(start + i);
        pixelsSinceTurn += image.width * image.height;
      }
      onProgress?.({ done: start + i + 1, total: names.length });
      if (pixelsSinceTurn >= PIXELS_BETWEEN_TURNS) {
        pixelsSinceTurn = 0;
        await new Promise((turn) => setTimeout(turn));
      }
    }
  }
  signal?.throwIfAborted();
  if (size === undefined || kept.length === 0) {
    throw undecodable(`Each of the ${names.length} files`, broken[0]?.problem ?? 'there is none', undefined);
  }
  const [height, width] = size;
  return {
    shape: [height, width, 3],
    inputs: broken.length === 0 ? inputs : inputs.slice(0, kept.length * height * width * 3),
    kept,
    broken,
  };
}

function undecodable(what: string, problem: string, cause: unknown): ProtoNormError {
  return new ProtoNormError('data-corrupt', `${what} cannot be decoded: ${problem}.`, {
    received: what,
    expected: 'a whole JPEG or PNG image',
    cause,
    hint: 'Get it again, or pass over such files by skipBroken: true.',
  });
}

function checkSize(name: string, { height, width }: DecodedImage, size: readonly [number, number]): void {
  if (height === size[0] && width === size[1]) return;
  throw new ProtoNormError(
    'shape-mismatch',
    `${name} is ${height} x ${width}, not ${size[0]} x ${size[1]}.`,
    {
      received: [height, width],
      expected: size,
      hint: 'Give the size and resize: true to bring all images to it.',
    },
  );
}
