import { mulberry32 } from '@protonorm/tensor';
import type { Kernels } from '../../kernels.ts';

/** Sizes and surroundings of an image in memory. */
export interface ImageShape {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Pixels around each image. */
  readonly halo?: number;
  /** Floats of other channels before and behind each pixel's. */
  readonly slice?: number;
}

/** Numbers in memory, in a dense order of their own. */
export interface Region {
  readonly pointer: number;
  readonly length: number;
  /** As they were before the kernel ran. */
  readonly values: Float32Array | Float64Array;
  /** Byte offset of number m. */
  readonly address: (m: number) => number;
}

/** An image in memory; numbers are in the order [image, y, x, channel]. */
export interface ImageRegion extends Region {
  readonly shape: ImageShape;
  /** Pointer and pitches as kernels take them. */
  readonly args: readonly [pointer: number, image: number, row: number, pixel: number];
  /** The value at a position; 0 outside of the image. */
  readonly at: (image: number, y: number, x: number, channel: number) => number;
}

/** What makes the numbers of an input. */
export type Source = (random: () => number, m: number) => number;

const uniform: Source = (random) => 4 * random() - 2;

/**
 * A memory full of noise in which a kernel gets its operands, and which afterwards must be what it was but for the
 * declared outputs.
 */
export class KernelBench {
  readonly kernels: Kernels;
  /** Largest error of each check so far, relative to its output's largest number (at least 1). */
  worst = 0;
  readonly #memory: WebAssembly.Memory;
  #random: () => number = () => 0;
  #top = 0;
  #before = new Uint8Array();
  #written: Region[] = [];

  constructor(kernels: Kernels, memory: WebAssembly.Memory) {
    this.kernels = kernels;
    this.#memory = memory;
    const random = mulberry32(1);
    const floats = new Float32Array(memory.buffer);
    for (let i = 0; i < floats.length; i++) floats[i] = 4 * random() - 2;
  }

  /** Forgets the operands of the case before. */
  start(seed: number): void {
    this.#random = mulberry32(seed);
    this.#top = 1024;
  }

  /** A number from the case's stream. */
  random(): number {
    return this.#random();
  }

  array(length: number, source: Source = uniform): Region {
    return this.#place(length, length, (m) => m, source);
  }

  doubles(length: number, source: Source = uniform): Region {
    const pointer = (this.#take(2 * length + 2) + 7) & ~7;
    const view = new Float64Array(this.#memory.buffer, pointer, length);
    for (let m = 0; m < length; m++) view[m] = source(this.#random, m);
    return { pointer, length, values: view.slice(), address: (m) => pointer + 8 * m };
  }

  integers(values: readonly number[]): number {
    const pointer = this.#take(values.length);
    new Int32Array(this.#memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  image(shape: ImageShape, source: Source = uniform): ImageRegion {
    const { images, height, width, channels, halo = 0, slice = 0 } = shape;
    const pixel = channels + 2 * slice;
    const row = (width + 2 * halo) * pixel;
    const image = (height + 2 * halo) * row;
    const index = (n: number, y: number, x: number, c: number): number =>
      n * image + (y + halo) * row + (x + halo) * pixel + slice + c;
    const region = this.#place(
      images * height * width * channels,
      images * image,
      (m) => {
        const p = Math.floor(m / channels);
        const r = Math.floor(p / width);
        return index(Math.floor(r / height), r % height, p % width, m % channels);
      },
      source,
    );
    const { values } = region;
    return {
      ...region,
      shape,
      args: [region.pointer + 4 * index(0, 0, 0, 0), image, row, pixel],
      at: (n, y, x, c) =>
        y < 0 || y >= height || x < 0 || x >= width
          ? 0
          : values[((n * height + y) * width + x) * channels + c],
    };
  }

  /** Scratch memory, which a kernel may leave in any state. */
  scratch(bytes: number): number {
    const region = this.array(Math.ceil(bytes / 4));
    this.output(region);
    return region.pointer;
  }

  /** Declares an output whose numbers are checked otherwise. */
  output(region: Region): void {
    this.#written.push(region);
  }

  /** Runs the kernel; all numbers but those of `expect` must stay. */
  run<T>(kernel: (kernels: Kernels) => T): T {
    this.#before = new Uint8Array(this.#memory.buffer).slice();
    return kernel(this.kernels);
  }

  /** An output: its numbers must be `expected` up to `tolerance` times the largest of them (at least 1). */
  expect(region: Region, expected: ArrayLike<number> | ((m: number) => number), tolerance = 2e-6): void {
    const values =
      typeof expected === 'function' ? Float64Array.from(region.values, (_, m) => expected(m)) : expected;
    let largest = 1;
    for (let m = 0; m < region.length; m++) {
      if (Number.isFinite(values[m])) largest = Math.max(largest, Math.abs(values[m]));
    }
    for (let m = 0; m < region.length; m++) {
      this.near(this.read(region, m), values[m], tolerance * largest, largest, m);
    }
    this.output(region);
  }

  /** A number that came out of a kernel. */
  near(actual: number, expected: number, bound: number, scale = 1, place?: number): void {
    if (Object.is(actual, expected) || actual === expected) return;
    const error = Math.abs(actual - expected);
    if (!(error <= bound)) {
      throw new Error(
        `Expected ${expected}, received ${actual}${place === undefined ? '' : ` at ${place}`} (bound ${bound}).`,
      );
    }
    this.worst = Math.max(this.worst, error / scale);
  }

  /** Number m of a region now. */
  read(region: Region, m: number): number {
    const view = new DataView(this.#memory.buffer);
    const address = region.address(m);
    return region.values instanceof Float64Array
      ? view.getFloat64(address, true)
      : view.getFloat32(address, true);
  }

  /** Throws when a byte outside of the outputs changed. */
  finish(): void {
    const now = new Uint8Array(this.#memory.buffer);
    for (const region of this.#written) {
      const bytes = region.values.BYTES_PER_ELEMENT;
      for (let m = 0; m < region.length; m++) {
        const at = region.address(m);
        for (let i = at; i < at + bytes; i++) this.#before[i] = now[i];
      }
    }
    this.#written = [];
    if (Buffer.compare(now, this.#before) === 0) return;
    const at = now.findIndex((byte, i) => byte !== this.#before[i]);
    throw new Error(`The byte at ${at}, outside of the outputs, was written.`);
  }

  /** What a case that was refused leaves behind must not reach the next. */
  abandon(): void {
    this.#written = [];
  }

  #place(length: number, extent: number, index: (m: number) => number, source: Source): Region {
    const pointer = this.#take(extent);
    const view = new Float32Array(this.#memory.buffer, pointer, extent);
    const values = new Float32Array(length);
    for (let m = 0; m < length; m++) values[m] = view[index(m)] = source(this.#random, m);
    return { pointer, length, values, address: (m) => pointer + 4 * index(m) };
  }

  /** Reserves floats at any multiple of 4 bytes, 17 or more floats behind the last. */
  #take(floats: number): number {
    const pointer = this.#top;
    this.#top += 4 * (floats + 17 + Math.floor(4 * this.#random()));
    if (this.#top > this.#memory.buffer.byteLength)
      throw new RangeError('The bench is too small for this case.');
    return pointer;
  }
}
