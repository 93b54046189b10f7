import { ProtoNormError } from '../errors/protonorm-error.ts';

/** Bits of one bin: a chunk is below 2^26 units, so 2^26 chunks add up exactly in a double. */
const BIN_BITS = 26;
const RADIX = 2 ** BIN_BITS;
/** The unit of bin 0 is below the last bit of the smallest addend, 2^-600 * 2^-52. */
const LOWEST_EXPONENT = -676;
const SMALLEST = 2 ** -600;
const LARGEST = 2 ** 600;
const BIN_COUNT = Math.ceil((600 - LOWEST_EXPONENT) / BIN_BITS) + 1;
const UNIT = Float64Array.from({ length: BIN_COUNT }, (_, bin) => 2 ** (LOWEST_EXPONENT + bin * BIN_BITS));
const INVERSE_UNIT = UNIT.map((unit) => 1 / unit);

/**
 * A vector of sums that do not depend on the order of their addends, to the bit.
 *
 * Each addend is cut at fixed powers of two into chunks of 26 bits and each chunk is added to the bin of its power;
 * additions within a bin are exact, so they commute and associate. Sums of parts can be merged (by relays, by servers)
 * and give the same bits as one sum over all.
 *
 * Exact for up to 2^26 additions of values in [2^-600, 2^600] in magnitude; smaller ones count as 0.
 *
 * Source: the idea of indexed bins is that of Demmel and Nguyen, "Parallel Reproducible Summation" (2015); ours keeps all
 * bins that were touched and is therefore exact, not only reproducible.
 *
 * @example
 * ```ts
 * import { ExactSum } from '@protonorm/tensor';
 * const sum = new ExactSum(1);
 * for (const x of [1e16, 1, -1e16]) sum.add([x]);
 * sum.value()[0]; // => 1
 * ```
 */
export class ExactSum {
  readonly length: number;
  /** By bin index: integers below 2^53, in units of the bin; only bins that were touched exist. */
  readonly #bins: (Float64Array | undefined)[] = new Array<Float64Array | undefined>(BIN_COUNT).fill(
    undefined,
  );

  constructor(length: number) {
    this.length = length;
  }

  /**
   * Adds weight * values; each product is rounded once to a double.
   *
   * @param values - shape [length], finite
   * @param weight - finite
   * @throws `shape-mismatch`, `not-finite`; the sum is then as it was
   */
  add(values: ArrayLike<number>, weight = 1): void {
    if (values.length !== this.length) {
      throw new ProtoNormError(
        'shape-mismatch',
        `A sum of ${this.length} entries cannot take ${values.length}.`,
        {
          received: values.length,
          expected: this.length,
        },
      );
    }
    for (let i = 0; i < values.length; i++) {
      if (!(Math.abs(values[i] * weight) <= LARGEST)) {
        throw new ProtoNormError(
          'not-finite',
          `An addend is ${values[i]} * ${weight}, beyond what can be summed.`,
          {
            received: values[i],
          },
        );
      }
    }
    for (let i = 0; i < values.length; i++) {
      let rest = values[i] * weight;
      if (Math.abs(rest) < SMALLEST) continue;
      for (let bin = binOf(rest); rest !== 0; bin--) {
        const chunk = Math.trunc(rest * INVERSE_UNIT[bin]);
        if (chunk === 0) continue;
        this.#bin(bin)[i] += chunk;
        rest -= chunk * UNIT[bin];
      }
    }
  }

  /** Adds all addends of another sum of the same length. */
  merge(other: ExactSum): void {
    if (other.length !== this.length) {
      throw new ProtoNormError(
        'shape-mismatch',
        `A sum of ${this.length} entries cannot merge ${other.length}.`,
      );
    }
    other.#bins.forEach((theirs, bin) => {
      if (theirs === undefined) return;
      const ours = this.#bin(bin);
      for (let i = 0; i < ours.length; i++) ours[i] += theirs[i];
    });
  }

  /** The exact sums, each rounded once, shape [length], float64: a function of the addends alone, not of their order. */
  value(): Float64Array {
    const result = new Float64Array(this.length);
    const lowest = this.#bins.findIndex((bin) => bin !== undefined);
    if (lowest < 0) return result;
    const bins = this.#bins.slice(lowest, this.#bins.findLastIndex((bin) => bin !== undefined) + 1);
    const digits = new Float64Array(bins.length + 2);
    const units = digits.map((_, bin) => 2 ** (LOWEST_EXPONENT + (lowest + bin) * BIN_BITS));
    for (let i = 0; i < this.length; i++) {
      digits.fill(0);
      for (let bin = 0; bin < bins.length; bin++) digits[bin] = bins[bin]?.[i] ?? 0;
      // Carry into balanced digits, so that equal sums have equal digits however they came about.
      for (let bin = 0; bin < digits.length - 1; bin++) {
        const carry = Math.round(digits[bin] / RADIX);
        digits[bin] -= carry * RADIX;
        digits[bin + 1] += carry;
      }
      result[i] = roundedSum(digits, units);
    }
    return result;
  }

  #bin(index: number): Float64Array {
    return (this.#bins[index] ??= new Float64Array(this.length));
  }
}

/**
 * The double next to sum digits * units, ties to even. From the top, additions are exact until one is not; then a rest
 * remains that matters only if it breaks a tie (as in the last lines of Python's `math.fsum`).
 */
function roundedSum(digits: Float64Array, units: Float64Array): number {
  let bin = digits.length - 1;
  let sum = 0;
  let rest = 0;
  while (bin >= 0 && rest === 0) {
    const addend = digits[bin] * units[bin];
    const before = sum;
    sum = before + addend;
    rest = addend - (sum - before);
    bin--;
  }
  while (bin >= 0 && digits[bin] === 0) bin--;
  if (bin >= 0 && rest !== 0 && digits[bin] > 0 === rest > 0) {
    const next = sum + 2 * rest;
    if (next - sum === 2 * rest) return next;
  }
  return sum;
}

const exponentView = new DataView(new ArrayBuffer(8));

/** The bin of the leading bit. */
function binOf(value: number): number {
  exponentView.setFloat64(0, value);
  const exponent = ((exponentView.getUint16(0) >> 4) & 0x7ff) - 1023;
  return Math.floor((exponent - LOWEST_EXPONENT) / BIN_BITS);
}
