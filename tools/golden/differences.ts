/**
 * Largest differences by kind, and whether all are within the tolerance.
 *
 * A difference is |a - b| / max(1, |b|): absolute up to magnitude 1 and relative above, since float32 knows a loss of 389
 * to no more than 3e-5. The plain absolute difference is kept beside.
 */
export class Differences {
  readonly #tolerance: number;
  readonly #largest = new Map<string, number>();
  readonly #absolute = new Map<string, number>();
  #passed = true;

  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  get passed(): boolean {
    return this.#passed;
  }

  get largest(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#largest);
  }

  get absolute(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#absolute);
  }

  /** Compares two arrays; another length or a number that is not finite fails. */
  addArray(what: string, received: ArrayLike<number>, expected: ArrayLike<number>): void {
    if (received.length !== expected.length) return this.fail(what);
    for (let i = 0; i < expected.length; i++) {
      const absolute = Math.abs(received[i] - expected[i]);
      this.#record(what, absolute / Math.max(1, Math.abs(expected[i])), absolute);
    }
  }

  /** Compares counts, which must be equal. */
  addCount(what: string, received: number, expected: number): void {
    if (received !== expected) this.#passed = false;
    this.#record(what, Math.abs(received - expected), Math.abs(received - expected));
  }

  /** Records something that cannot be compared at all. */
  fail(what: string): void {
    this.#record(what, Infinity, Infinity);
  }

  #record(what: string, difference: number, absolute: number): void {
    if (!(difference <= this.#tolerance)) this.#passed = false;
    const keep = (map: Map<string, number>, value: number): void => {
      map.set(what, Math.max(map.get(what) ?? 0, Number.isNaN(value) ? Infinity : value));
    };
    keep(this.#largest, difference);
    keep(this.#absolute, absolute);
  }
}
