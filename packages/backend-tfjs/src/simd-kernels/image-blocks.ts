import { denseImage, shifted, type Image } from './image.ts';
import type { SimdMemory } from './simd-memory.ts';
import { reachOf, type WindowGeometry } from './window-geometry.ts';

/** Numbers that are worked on together: what they need stays near the processor. */
const numbersAtATime = 1 << 17;

/** Some consecutive images of a batch. */
export interface Block {
  readonly first: number;
  readonly images: number;
}

/** How many images of so many numbers make a block. */
export function imagesOfBlock(batch: number, numbers: number): number {
  return Math.min(batch, Math.max(1, Math.floor(numbersAtATime / numbers)));
}

/** Calls `run` for each block of a batch. */
export function forEachBlock(batch: number, images: number, run: (block: Block) => void): void {
  for (let first = 0; first < batch; first += images) run({ first, images: Math.min(images, batch - first) });
}

/**
 * The images of a batch with the padding that windows see. Where there is any, a block at a time is copied into a frame of
 * zeros: tfjs's tensors have none around them.
 */
export class PaddedImages {
  /** Floats of the frame for one image; 0 where the images are read where they lie. */
  readonly size: number;
  readonly #window: WindowGeometry;
  readonly #reach: readonly [number, number];

  constructor(window: WindowGeometry) {
    this.#window = window;
    this.#reach = reachOf(window);
    const [rows, columns] = this.#reach;
    const { top, left, height, width, inputs } = window;
    const inside = top === 0 && left === 0 && rows <= height && columns <= width;
    this.size = inside ? 0 : rows * columns * inputs;
  }

  /** The frame, at an address with room for a block. */
  frame(address: number): Image {
    return denseImage(address, ...this.#reach, this.#window.inputs);
  }

  /** The part of the frame, and of the image, in which they overlap. */
  overlap(frame: Image): { readonly inner: Image; readonly height: number; readonly width: number } {
    const { top, left, height, width } = this.#window;
    return {
      inner: shifted(frame, { rows: top, pixels: left }),
      height: Math.max(0, Math.min(height, this.#reach[0] - top)),
      width: Math.max(0, Math.min(width, this.#reach[1] - left)),
    };
  }

  /**
   * Gives the images of a block, from their first padded pixel on.
   *
   * @param x - the address of the first image of the batch
   * @param place - `size` floats for each image of a block
   */
  reader(memory: SimdMemory, x: number, place: { readonly address: number; readonly images: number }) {
    const { height, width, inputs } = this.#window;
    const source = denseImage(x, height, width, inputs);
    if (this.size === 0) return ({ first }: Block): Image => shifted(source, { images: first });
    const frame = this.frame(place.address);
    memory.fill(place.address, this.size * place.images, 0);
    const overlap = this.overlap(frame);
    return ({ first, images }: Block): Image => {
      const from = shifted(source, { images: first });
      memory.kernels.copyImages(...from, ...overlap.inner, images, overlap.height, overlap.width, inputs);
      return frame;
    };
  }
}
