import { firstNotFinite, ProtoNormError, type Prototypes } from '@protonorm/tensor';

interface ClassSum {
  count: number;
  readonly sum: Float64Array;
}

/**
 * Means of feature vectors by class over a stream of batches: the prototypes of a client (arXiv 2507.04310; FedProto
 * arXiv 2105.00243, Eq. 3). Sums are float64 in the order of the data, so equal data in equal order give equal bits.
 *
 * @example
 * ```ts
 * import { ClassMeans } from '@protonorm/prototype-math';
 * const means = new ClassMeans(2);
 * means.add(Float32Array.of(1, 0, 3, 0, 0, 5), Int32Array.of(1, 1, 4));
 * Array.from(means.prototypes().classes); // => [1, 4]
 * Array.from(means.prototypes().vectors); // => [2, 0, 0, 5]
 * ```
 */
export class ClassMeans {
  readonly dim: number;
  readonly #classes = new Map<number, ClassSum>();

  /**
   * @param dim - length of a feature vector, an integer >= 1
   * @throws `shape-mismatch`
   */
  constructor(dim: number) {
    if (!(Number.isSafeInteger(dim) && dim >= 1)) {
      throw new ProtoNormError(
        'shape-mismatch',
        `The dim of features must be an integer >= 1, received ${dim}.`,
        {
          received: dim,
        },
      );
    }
    this.dim = dim;
  }

  /** Samples added so far. */
  get samples(): number {
    let total = 0;
    for (const { count } of this.#classes.values()) total += count;
    return total;
  }

  /**
   * Adds a batch; a batch that is refused leaves the means as they were.
   *
   * @param features - shape [B, d] row-major, float32, finite
   * @param labels - class of each row, shape [B], int32, >= 0
   * @throws `shape-mismatch`, `unknown-class` for a negative label, `not-finite` for NaN or infinite features
   */
  add(features: Float32Array, labels: Int32Array): void {
    this.#check(features, labels);
    labels.forEach((label, row) => {
      const into = this.#of(label);
      into.count++;
      for (let k = 0, at = row * this.dim; k < this.dim; k++, at++) into.sum[k] += features[at];
    });
  }

  /**
   * Adds what another accumulator holds, as if its data came after ours.
   *
   * @throws `shape-mismatch` for another dim
   */
  merge(other: ClassMeans): void {
    if (other.dim !== this.dim) {
      throw new ProtoNormError(
        'shape-mismatch',
        `Means of dim ${this.dim} cannot merge means of dim ${other.dim}.`,
        {
          received: other.dim,
          expected: this.dim,
        },
      );
    }
    for (const [label, { count, sum }] of other.#classes) {
      const into = this.#of(label);
      for (let k = 0; k < this.dim; k++) into.sum[k] += sum[k];
      into.count += count;
    }
  }

  /** The table of the means; classes without samples have no row. */
  prototypes(): Prototypes {
    const classes = Int32Array.from(this.#classes.keys()).sort();
    const counts = new Float64Array(classes.length);
    const vectors = new Float32Array(classes.length * this.dim);
    classes.forEach((label, row) => {
      const { count, sum } = this.#classes.get(label)!;
      counts[row] = count;
      for (let k = 0; k < this.dim; k++) vectors[row * this.dim + k] = sum[k] / count;
    });
    return { dim: this.dim, classes, counts, vectors };
  }

  #of(label: number): ClassSum {
    let sum = this.#classes.get(label);
    if (sum === undefined) {
      sum = { count: 0, sum: new Float64Array(this.dim) };
      this.#classes.set(label, sum);
    }
    return sum;
  }

  #check(features: Float32Array, labels: Int32Array): void {
    if (features.length !== labels.length * this.dim) {
      throw new ProtoNormError(
        'shape-mismatch',
        `${labels.length} labels need ${labels.length * this.dim} feature entries of dim ${this.dim}, received ${features.length}.`,
        { received: features.length, expected: labels.length * this.dim },
      );
    }
    for (const label of labels) {
      if (label >= 0 && Number.isInteger(label)) continue;
      throw new ProtoNormError('unknown-class', `A label must be an integer >= 0, received ${label}.`, {
        received: label,
      });
    }
    const bad = firstNotFinite(features);
    if (bad < 0) return;
    throw new ProtoNormError(
      'not-finite',
      `The features of sample ${Math.floor(bad / this.dim)} hold ${features[bad]} at dimension ${bad % this.dim}.`,
      { received: features[bad], hint: 'Training has diverged: lower the learning rate or the scale.' },
    );
  }
}

/** An empty accumulator of class means; the same as `new ClassMeans(dim)`. */
export function classMeans(dim: number): ClassMeans {
  return new ClassMeans(dim);
}
