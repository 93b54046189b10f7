import type { Storage } from '../graph/storage.ts';

/** Bytes around each storage. */
export const GUARD_BYTES = 256;

/** A number that no kernel writes: a quiet NaN with a payload, compared by its bits. */
const PATTERN = 0x7fc0dead;

/**
 * Bands around the storages of a plan that nobody may write to: a debugging aid. Where a band has changed, the kernels of
 * the operation that has just run wrote outside of what they were given.
 */
export class GuardBands {
  readonly #bands: readonly { readonly start: number; readonly storage: Storage }[];
  readonly #words: () => Uint32Array;

  /** @param capacity - of the plan, from which the storages have their sizes */
  constructor(storages: readonly Storage[], capacity: number, words: () => Uint32Array) {
    const used = storages.filter((storage) => storage.last >= storage.first);
    this.#words = words;
    this.#bands = used.flatMap((storage) => {
      const bytes = Math.ceil(storage.bytes(capacity) / 4) * 4;
      return [
        { start: storage.address - GUARD_BYTES, storage },
        { start: storage.address + Math.ceil(bytes / 64) * 64, storage },
      ];
    });
  }

  /** Writes the pattern. */
  paint(): void {
    const words = this.#words();
    for (const { start } of this.#bands) words.fill(PATTERN, start / 4, (start + GUARD_BYTES) / 4);
  }

  /**
   * @param operation - that has just run
   * @throws `Error` with the operation and the storage whose band was written to
   */
  check(operation: string): void {
    const words = this.#words();
    for (const { start, storage } of this.#bands) {
      for (let i = start / 4; i < (start + GUARD_BYTES) / 4; i++) {
        if (words[i] === PATTERN) continue;
        throw new Error(
          `'${operation}' wrote outside of its memory: ${4 * i - storage.address} bytes from the beginning of '${storage.name}'.`,
        );
      }
    }
  }
}
