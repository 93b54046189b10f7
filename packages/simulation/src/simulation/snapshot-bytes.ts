type Bytes = Uint8Array<ArrayBuffer>;

/** Arrays for the bytes of snapshots, used again: each snapshot is as large as the one before it. */
export class SnapshotBytes {
  /** By length. */
  readonly #free = new Map<number, Bytes[]>();
  /** Those of the snapshots that may still be read, oldest first. */
  readonly #out: (readonly Bytes[])[] = [];

  /** An array of a length, with any content. */
  take(length: number): Bytes {
    return this.#free.get(length)?.pop() ?? new Uint8Array(length);
  }

  /** Notes the arrays of a snapshot. */
  handOut(arrays: readonly Bytes[]): void {
    this.#out.push(arrays);
  }

  /** Frees the arrays of all snapshots but the latest. Lengths that these did not have are forgotten. */
  freeEarlier(): void {
    const earlier = this.#out.splice(0, Math.max(0, this.#out.length - 1)).flat();
    if (earlier.length === 0) return;
    this.#free.clear();
    for (const bytes of earlier) {
      const free = this.#free.get(bytes.length);
      if (free === undefined) this.#free.set(bytes.length, [bytes]);
      else free.push(bytes);
    }
  }
}
