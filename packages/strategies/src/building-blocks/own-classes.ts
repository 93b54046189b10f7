import { classMeans } from '@protonorm/prototype-math';
import { emptyPrototypes, rowOfClass, rowVector, type Prototypes } from '@protonorm/tensor';

/** Samples whose distances are kept to measure how far a class spreads. */
const LARGEST_SAMPLE = 1024;

/** What a client knows about its own classes in its own feature space; it never leaves the client. */
export type OwnClasses = {
  /** Mean features and counts of the client's classes. */
  readonly means: Prototypes;
  /**
   * mean / variance of the squared distances q of samples to their class mean. A squared distance in k effective
   * dimensions is gamma distributed; matching both moments, its log-likelihood falls by this much for a unit of q.
   */
  readonly sharpness: number;
  /** Mean squared distance of those samples from their class mean, and how many they are. */
  readonly meanSquaredDistance: number;
  readonly samples: number;
};

/** Nothing known yet. */
export const noOwnClasses = (dim: number): OwnClasses => ({
  means: emptyPrototypes(dim),
  sharpness: 0,
  meanSquaredDistance: 0,
  samples: 0,
});

/** Gathers {@link OwnClasses} from features in evaluation mode. */
export function gatherOwnClasses(dim: number): {
  add(features: Float32Array, labels: Int32Array): void;
  result(): OwnClasses;
} {
  const means = classMeans(dim);
  const kept: (readonly [Float32Array, Int32Array])[] = [];
  let samples = 0;
  return {
    add(features, labels) {
      means.add(features, labels);
      if (samples < LARGEST_SAMPLE) kept.push([features, labels]);
      samples += labels.length;
    },
    result() {
      const table = means.prototypes();
      const distances = kept.flatMap(([features, labels]) =>
        Array.from(labels, (label, i) =>
          squaredDistance(features, i * dim, rowVector(table, rowOfClass(table, label))),
        ),
      );
      const mean = distances.reduce((sum, q) => sum + q, 0) / distances.length;
      const variance = distances.reduce((sum, q) => sum + (q - mean) ** 2, 0) / distances.length;
      return {
        means: table,
        sharpness: variance > 0 ? mean / variance : 0,
        meanSquaredDistance: distances.length === 0 ? 0 : mean,
        samples: distances.length,
      };
    },
  };
}

/**
 * Scores that know the client: nearest prototype (the client's own mean where it has the class, the global one elsewhere),
 * weighed by how far its classes spread and how frequent they are.
 *
 * score = -sharpness * ||z - p_c||^2 + log((n_c + 1/2) / (n + C/2)): the posterior of a Gaussian of equal spread for each
 * class under the client's own label distribution (Jeffreys' prior for classes that it has never seen).
 *
 * @returns shape [n, C]; -Infinity for classes without any prototype
 */
export function ownClassScores(
  features: Float32Array,
  options: {
    readonly own: Pick<OwnClasses, 'means' | 'sharpness'>;
    readonly prototypes: Prototypes;
    readonly classes: number;
  },
): Float64Array {
  const { own, prototypes, classes } = options;
  const { dim } = prototypes;
  const size = features.length / dim;
  const total = own.means.counts.reduce((sum, n) => sum + n, 0);
  const scores = new Float64Array(size * classes).fill(-Infinity);
  for (let label = 0; label < classes; label++) {
    const ownRow = rowOfClass(own.means, label);
    const globalRow = rowOfClass(prototypes, label);
    if (ownRow < 0 && globalRow < 0) continue;
    const vector = ownRow >= 0 ? rowVector(own.means, ownRow) : rowVector(prototypes, globalRow);
    const samples = ownRow >= 0 ? own.means.counts[ownRow] : 0;
    const logPrior = Math.log((samples + 0.5) / (total + classes / 2));
    for (let i = 0; i < size; i++) {
      scores[i * classes + label] = logPrior - own.sharpness * squaredDistance(features, i * dim, vector);
    }
  }
  return scores;
}

function squaredDistance(features: Float32Array, offset: number, vector: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < vector.length; j++) sum += (features[offset + j] - vector[j]) ** 2;
  return sum;
}
