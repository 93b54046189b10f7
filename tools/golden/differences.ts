/** Largest absolute differences by kind, and whether all are within the tolerance. */
export class Differences {
  readonly #tolerance: number;
  readonly #largest = new Map<string, number>();
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

  /** Compares two arrays; another length or a number that is not finite fails. */
  addArray(what: string, received: ArrayLike<number>, expected: ArrayLike<number>): void {
    if (received.length !== expected.length) return this.fail(what);
    for (let i = 0; i < expected.length; i++) {
      const difference = Math.abs(received[i] - expected[i]);
      if (!(difference <= this.#tolerance * Math.max(1, Math.abs(expected[i])))) this.#passed = false;
      this.#record(what, Number.isNaN(difference) ? Infinity : difference);
    }
  }

  /** Compares counts, which must be equal. */
  addCount(what: string, received: number, expected: number): void {
    if (received !== expected) this.#passed = false;
    this.#record(what, Math.abs(received - expected));
  }

  /** Records something that cannot be compared at all. */
  fail(what: string): void {
    this.#passed = false;
    this.#record(what, Infinity);
  }

  #record(what: string, difference: number): void {
    this.#largest.set(what, Math.max(this.#largest.get(what) ?? 0, difference));
  }
}
