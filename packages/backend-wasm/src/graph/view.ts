import type { Storage } from './storage.ts';

/**
 * Images inside a storage: all of its channels, or some. What a kernel is told of an image.
 *
 * Pitches and address are set when a plan is bound to a place in memory.
 */
export class View {
  readonly storage: Storage;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** First channel in the storage. */
  readonly start: number;
  /** Shape as the layers see it: [h, w, c], or [c]. */
  readonly shape: readonly number[];
  /** Byte offset of the first inner pixel. */
  address = 0;
  /** Floats to the next image, row and pixel. */
  image = 0;
  row = 0;
  pixel = 0;
  #gradient: View | undefined;

  constructor(
    storage: Storage,
    options: { readonly shape: readonly number[]; readonly start?: number; readonly channels?: number },
  ) {
    const { extent } = storage;
    this.storage = storage;
    this.height = extent.height;
    this.width = extent.width;
    this.channels = options.channels ?? extent.channels;
    this.start = options.start ?? 0;
    this.shape = options.shape;
  }

  /** Where the gradient by these numbers is gathered. */
  get gradient(): View {
    if (this.#gradient === undefined) throw new Error(`'${this.storage.name}' has no gradient in this plan.`);
    return this.#gradient;
  }

  set gradient(view: View) {
    this.#gradient = view;
  }

  /** Whether all numbers of an image lie side by side. */
  get dense(): boolean {
    return this.storage.halo === 0 && this.channels === this.storage.extent.channels;
  }

  /** Takes pitches and address from the storage. */
  bind(): void {
    const { storage } = this;
    const { halo } = storage;
    this.pixel = storage.extent.channels;
    this.row = storage.row;
    this.image = storage.image;
    this.address = storage.address + 4 * (halo * this.row + halo * this.pixel + this.start);
  }
}
