/** Geometry of a batch of images in memory: NHWC with a halo of zeros around each image. */
export interface Extent {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * A piece of a plan's work area: numbers that live from their first to their last use in a pass, and share their place
 * with others whose lives do not overlap.
 */
export class Storage {
  readonly name: string;
  readonly extent: Extent;
  /** Pixels around each image; the largest that a reader asks for. */
  halo = 0;
  /** Bytes for a batch; for storages that are no images. */
  readonly size: ((capacity: number) => number) | undefined;
  /** Times of first and last use. */
  first = Infinity;
  last = -Infinity;
  /** Keeps its place to itself, since its halo is written only once. */
  get pinned(): boolean {
    return this.halo > 0 && !this.isGradient;
  }
  isGradient = false;
  /** Holds the inputs of the model. */
  isInput = false;
  /** Byte offset in the work area. */
  offset = 0;
  /** Byte offset in the memory, once bound. */
  address = 0;

  constructor(name: string, extent: Extent, size?: (capacity: number) => number) {
    this.name = name;
    this.extent = extent;
    this.size = size;
  }

  /** Floats from row to row of an image. */
  get row(): number {
    return (this.extent.width + 2 * this.halo) * this.extent.channels;
  }

  /** Floats from image to image. */
  get image(): number {
    return (this.extent.height + 2 * this.halo) * this.row;
  }

  bytes(capacity: number): number {
    return this.size === undefined ? 4 * capacity * this.image : this.size(capacity);
  }

  /** Notes a use. */
  touch(time: number): void {
    this.first = Math.min(this.first, time);
    this.last = Math.max(this.last, time);
  }
}
