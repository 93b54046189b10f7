import { ProtoNormError } from '../errors/protonorm-error.ts';
import { ExactSum } from '../sum/exact-sum.ts';
import { checkPrototypes, rowVector, type Prototypes } from './prototypes.ts';

/** How much a row counts in a mean over several tables. */
export type PrototypeWeighting =
  /** Each table that holds the class counts the same: as released (ProtoNorm, HtFLlib). */
  | 'uniform'
  /** Each row counts by the samples behind it: the paper's equation (FedProto, Eq. 6). */
  | 'samples';

/** Counts below (or above its inverse) would leave the range of {@link ExactSum} when multiplied with a float32. */
const SMALLEST_COUNT = 2 ** -400;

interface ClassSum {
  readonly vectors: ExactSum;
  readonly weight: ExactSum;
  readonly count: ExactSum;
}

/**
 * The mean of several class tables, class by class, in any order and in any grouping with the same bits.
 *
 * @example
 * ```ts
 * import { PrototypeSums } from '@protonorm/tensor';
 * const one = { dim: 1, classes: Int32Array.of(4), counts: Float64Array.of(1), vectors: Float32Array.of(1) };
 * const two = { dim: 1, classes: Int32Array.of(4), counts: Float64Array.of(3), vectors: Float32Array.of(5) };
 * const sums = new PrototypeSums(1, 'samples');
 * sums.add(one);
 * sums.add(two);
 * sums.mean().vectors[0]; // => 4
 * ```
 */
export class PrototypeSums {
  readonly dim: number;
  readonly weighting: PrototypeWeighting;
  readonly #classes = new Map<number, ClassSum>();

  constructor(dim: number, weighting: PrototypeWeighting = 'uniform') {
    this.dim = dim;
    this.weighting = weighting;
  }

  /**
   * Adds a table.
   *
   * @throws as `checkPrototypes`, and `shape-mismatch` for another dim, `invalid-argument` for counts outside of
   *   [2^-400, 2^400]; the sums are then as they were
   */
  add(prototypes: Prototypes): void {
    checkPrototypes(prototypes);
    this.#checkDim(prototypes.dim);
    const bad = prototypes.counts.find((count) => count < SMALLEST_COUNT || count > 1 / SMALLEST_COUNT);
    if (bad !== undefined) {
      throw new ProtoNormError(
        'invalid-argument',
        `A class stands for ${bad} samples, which cannot be summed.`,
        {
          received: bad,
        },
      );
    }
    prototypes.classes.forEach((label, row) => {
      const count = prototypes.counts[row];
      const weight = this.weighting === 'uniform' ? 1 : count;
      const sum = this.#of(label);
      sum.vectors.add(rowVector(prototypes, row), weight);
      sum.weight.add([weight]);
      sum.count.add([count]);
    });
  }

  /** Adds all tables of another sum. @throws `shape-mismatch` for another dim, `invalid-argument` for another weighting */
  merge(other: PrototypeSums): void {
    this.#checkDim(other.dim);
    if (other.weighting !== this.weighting) {
      throw new ProtoNormError(
        'invalid-argument',
        `A mean weighted '${this.weighting}' cannot merge one weighted '${other.weighting}'.`,
        { received: other.weighting, expected: this.weighting },
      );
    }
    for (const [label, theirs] of other.#classes) {
      const ours = this.#of(label);
      ours.vectors.merge(theirs.vectors);
      ours.weight.merge(theirs.weight);
      ours.count.merge(theirs.count);
    }
  }

  /** The mean of each class that occurred; counts are the samples behind all rows. */
  mean(): Prototypes {
    const classes = Int32Array.from(this.#classes.keys()).sort();
    const counts = new Float64Array(classes.length);
    const vectors = new Float32Array(classes.length * this.dim);
    classes.forEach((label, row) => {
      const sum = this.#classes.get(label)!;
      const weight = sum.weight.value()[0];
      counts[row] = sum.count.value()[0];
      vectors.set(
        sum.vectors.value().map((x) => x / weight),
        row * this.dim,
      );
    });
    return { dim: this.dim, classes, counts, vectors };
  }

  #of(label: number): ClassSum {
    let sum = this.#classes.get(label);
    if (sum === undefined) {
      sum = { vectors: new ExactSum(this.dim), weight: new ExactSum(1), count: new ExactSum(1) };
      this.#classes.set(label, sum);
    }
    return sum;
  }

  #checkDim(dim: number): void {
    if (dim === this.dim) return;
    throw new ProtoNormError(
      'shape-mismatch',
      `Prototypes of dim ${dim} cannot be averaged with prototypes of dim ${this.dim}.`,
      { received: dim, expected: this.dim, hint: 'All clients must agree on the feature size.' },
    );
  }
}
